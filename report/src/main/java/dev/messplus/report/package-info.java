/**
 * How results are shown: tables for the console, figures as people read them, progress bars, and
 * HTML pages that need nothing beside themselves. Knows nothing of what is shown.
 */
package dev.messplus.report;
