/**
 * Benchmarks: micro-benchmarks by JMH, and whole jobs under load. Each prints a table of what it
 * measured and the settings it ran with.
 */
package dev.messplus.bench;
