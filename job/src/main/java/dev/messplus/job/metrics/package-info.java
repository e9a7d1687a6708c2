/**
 * A reporter for Flink's processes, which serves their metrics to Prometheus at a configurable
 * address. Flink loads reporters from its plugins before it loads jobs. The cluster jar can be such
 * a plugin, and so can {@code messplus-job-*-metrics.jar}, which has this package alone. Takes
 * Flink's reporter, and returns a page.
 */
package dev.messplus.job.metrics;
