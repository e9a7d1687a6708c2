/**
 * The report of a run: what MESS+ achieved beside what simpler policies would have. Takes a {@link
 * dev.messplus.local.report.RunReport}; gives a table for the console and one self-contained HTML
 * page.
 */
package dev.messplus.local.report;
