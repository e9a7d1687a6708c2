package dev.messplus.job.config;

/**
 * Section {@code inference}: how model servers are called.
 *
 * @param requestTimeoutMillis deadline of a request over all its calls, in milliseconds
 * @param maxAttempts calls to one model for one request
 * @param maxResponseBytes largest answer of a server that is accepted, in bytes
 * @param capacity requests in flight, per subtask
 * @param breaker when a failing model is not called
 */
public record InferenceSection(
        Long requestTimeoutMillis,
        Integer maxAttempts,
        Integer maxResponseBytes,
        Integer capacity,
        BreakerSection breaker) {

    public InferenceSection {
        requestTimeoutMillis = Defaults.or(requestTimeoutMillis, Defaults.REQUEST_TIMEOUT_MILLIS);
        maxAttempts = Defaults.or(maxAttempts, Defaults.MAX_ATTEMPTS);
        maxResponseBytes = Defaults.or(maxResponseBytes, Defaults.MAX_RESPONSE_BYTES);
        capacity = Defaults.or(capacity, Defaults.CAPACITY);
        breaker = breaker == null ? new BreakerSection(null, null, null, null, null) : breaker;
    }
}
