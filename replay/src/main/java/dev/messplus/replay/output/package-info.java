/**
 * Shows a {@link dev.messplus.replay.ReplayReport}: as tables for the console, as JSON, and as an
 * HTML page with plots.
 */
package dev.messplus.replay.output;
