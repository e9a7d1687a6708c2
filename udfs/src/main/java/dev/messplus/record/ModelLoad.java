package dev.messplus.record;

/**
 * How busy a model is, in the whole job.
 *
 * @param concurrency its calls in flight that do not wait in its servers' queues, on average of
 *     some seconds, at least 0
 * @param maxConcurrency the most that may be; 0 unless that was reached lately
 */
public record ModelLoad(double concurrency, int maxConcurrency) {}
