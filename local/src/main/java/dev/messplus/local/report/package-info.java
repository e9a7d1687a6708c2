/**
 * What a run achieved, beside what simpler policies would have: a table for the console and one
 * self-contained HTML page. {@link dev.messplus.local.report.RunReport} is the input of both.
 */
package dev.messplus.local.report;
