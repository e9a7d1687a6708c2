package dev.messplus.infer.admission.limit;

/**
 * What one answered call says about its server.
 *
 * @param latencyNanos from the beginning of the call to the end of its answer
 * @param workSeconds for how long the server worked on it, as the server says; NaN if it does not
 * @param tokens of the answer; NaN or 0 if unknown
 */
public record CallSample(long latencyNanos, double workSeconds, double tokens) {}
