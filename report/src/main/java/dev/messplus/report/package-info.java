/**
 * Presents results: tables and progress bars for the console, formatted figures, JSON, and
 * self-contained HTML pages. Takes values and formatters from the other modules and returns text;
 * it knows nothing about what the values mean.
 */
package dev.messplus.report;
