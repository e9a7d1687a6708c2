/**
 * A reporter for Flink's processes, which serves their metrics to Prometheus at a configurable
 * address. It is in a jar of its own, {@code messplus-job-*-metrics.jar}, because Flink loads
 * reporters before jobs. Takes Flink's reporter, and returns a page.
 */
package dev.messplus.job.metrics;
