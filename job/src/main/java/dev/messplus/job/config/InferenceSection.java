package dev.messplus.job.config;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Section {@code inference}: how model servers are called.
 *
 * @param maxInFlight requests that are called at a time, by the whole job
 * @param maxInFlightBytes bytes of requests and answers that a TaskManager may hold; {@code null}
 *     for a quarter of its heap
 * @param requestTimeoutMillis deadline of a request over all its calls, in milliseconds
 * @param maxAttempts calls to one model for one request
 * @param maxResponseBytes largest answer of a server that is accepted, in bytes
 * @param keepAliveMillis for how long a connection is kept after its last call, in milliseconds
 * @param breaker when a failing model is not called
 */
@RecordBuilder
public record InferenceSection(
        Integer maxInFlight,
        Long maxInFlightBytes,
        Long requestTimeoutMillis,
        Integer maxAttempts,
        Integer maxResponseBytes,
        Long keepAliveMillis,
        BreakerSection breaker) {

    public InferenceSection {
        maxInFlight = Defaults.or(maxInFlight, Defaults.MAX_IN_FLIGHT);
        requestTimeoutMillis = Defaults.or(requestTimeoutMillis, Defaults.REQUEST_TIMEOUT_MILLIS);
        maxAttempts = Defaults.or(maxAttempts, Defaults.MAX_ATTEMPTS);
        maxResponseBytes = Defaults.or(maxResponseBytes, Defaults.MAX_RESPONSE_BYTES);
        keepAliveMillis = Defaults.or(keepAliveMillis, Defaults.KEEP_ALIVE_MILLIS);
        breaker = breaker == null ? new BreakerSection(null, null, null, null, null) : breaker;
    }

    /** What a file without the section means. */
    static InferenceSection defaults() {
        return InferenceSectionBuilder.builder().build();
    }

    /**
     * Requests that one model may be called for at a time, by the whole job, unless it says so
     * itself: half of all, so that a model that hangs leaves the other half to others.
     *
     * @param models number of models in the zoo; a single one has all
     */
    public int maxInFlightOfModel(int models) {
        return models == 1 ? maxInFlight : Math.max(1, maxInFlight / 2);
    }
}
