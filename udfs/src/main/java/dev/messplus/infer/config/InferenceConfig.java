package dev.messplus.infer.config;

import dev.messplus.record.OwnerParams;
import dev.messplus.setting.Check;
import dev.messplus.trace.TracingConfig;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.Map;

/**
 * Capacity, deadline, retries and circuit breaker of the calls to model servers.
 *
 * @param maxInFlight requests that are called at a time, by all subtasks together, at least 1
 * @param maxInFlightBytes bytes of the requests and answers that a JVM may hold; 0 for a quarter of
 *     its heap
 * @param requestTimeoutMillis how long a call to one model may take, over all its attempts, in
 *     milliseconds, at least 1
 * @param connectTimeoutMillis how long connecting to a server may take, in milliseconds, at least 1
 * @param keepAliveMillis for how long a connection is kept after its last call, in milliseconds, at
 *     least 1; a server may ask for less
 * @param maxConnectionAgeMillis for how long a connection is used for further calls, in
 *     milliseconds, at least 1
 * @param maxAttempts calls to one model for one request, at least 1; calls that reached no server
 *     do not count
 * @param backoffInitialMillis pause before the second attempt, in milliseconds, at least 1; it
 *     doubles with every further attempt, and every pause varies at random by up to half
 * @param backoffMaxMillis longest pause, in milliseconds, at least {@code backoffInitialMillis}; a
 *     server's {@code Retry-After} may ask for a longer one
 * @param maxResponseBytes largest response of a server, in bytes, at least 1; the call fails if the
 *     response is larger
 * @param breaker circuit breaker of each model
 * @param backlogs what happens to requests that have to wait, by their SLA; {@link
 *     BacklogPolicy#DEFAULT} for all others
 * @param params what the owners of SLAs set of the parameters of requests, by the SLA; {@code null}
 *     for nothing
 * @param tracing where the spans of calls go; {@code null} for none
 * @param bounded whether the run is bounded: its requests then wait for models that cannot be
 *     reached or have too many calls for as long as that takes
 * @param creditedSource uid of the source that reads as many requests as there are credits for;
 *     {@code null} for none
 */
@RecordBuilder
public record InferenceConfig(
        int maxInFlight,
        long maxInFlightBytes,
        long requestTimeoutMillis,
        @RecordBuilder.Initializer("DEFAULT_CONNECT_TIMEOUT_MILLIS") long connectTimeoutMillis,
        long keepAliveMillis,
        @RecordBuilder.Initializer("DEFAULT_MAX_CONNECTION_AGE_MILLIS") long maxConnectionAgeMillis,
        int maxAttempts,
        @RecordBuilder.Initializer("DEFAULT_BACKOFF_INITIAL_MILLIS") long backoffInitialMillis,
        @RecordBuilder.Initializer("DEFAULT_BACKOFF_MAX_MILLIS") long backoffMaxMillis,
        int maxResponseBytes,
        BreakerConfig breaker,
        Map<String, BacklogPolicy> backlogs,
        Map<String, OwnerParams> params,
        TracingConfig tracing,
        boolean bounded,
        String creditedSource)
        implements Serializable {

    /** {@code connectTimeoutMillis} unless a builder sets another. */
    public static final long DEFAULT_CONNECT_TIMEOUT_MILLIS = 5_000;

    /** {@code maxConnectionAgeMillis} unless a builder sets another. */
    public static final long DEFAULT_MAX_CONNECTION_AGE_MILLIS = 300_000;

    /** {@code backoffInitialMillis} unless a builder sets another. */
    public static final long DEFAULT_BACKOFF_INITIAL_MILLIS = 200;

    /** {@code backoffMaxMillis} unless a builder sets another. */
    public static final long DEFAULT_BACKOFF_MAX_MILLIS = 5_000;

    public InferenceConfig {
        require(maxInFlight, 1, "maxInFlight");
        require(maxInFlightBytes, 0, "maxInFlightBytes");
        require(requestTimeoutMillis, 1, "requestTimeoutMillis");
        require(connectTimeoutMillis, 1, "connectTimeoutMillis");
        require(keepAliveMillis, 1, "keepAliveMillis");
        require(maxConnectionAgeMillis, 1, "maxConnectionAgeMillis");
        require(maxAttempts, 1, "maxAttempts");
        require(backoffInitialMillis, 1, "backoffInitialMillis");
        require(backoffMaxMillis, backoffInitialMillis, "backoffMaxMillis");
        require(maxResponseBytes, 1, "maxResponseBytes");
        Check.that(breaker != null, "breaker: must be set");
        Check.that(
                breaker.minCalls() <= breaker.windowCalls(),
                "breaker.minCalls: must be at most windowCalls, was " + breaker.minCalls());
        Check.that(
                breaker.firstOpenMillis() <= breaker.maxOpenMillis(),
                "breaker.firstOpenMillis: must be at most maxOpenMillis, was "
                        + breaker.firstOpenMillis());
        params = params == null ? Map.of() : Map.copyOf(params);
        backlogs = backlogs == null ? Map.of() : Map.copyOf(backlogs);
    }

    /** What happens to the requests of an SLA that have to wait. */
    public BacklogPolicy backlog(String sla) {
        return backlogs.getOrDefault(sla, BacklogPolicy.DEFAULT);
    }

    /** What the owner of an SLA sets of the parameters of requests. */
    public OwnerParams params(String sla) {
        return params.getOrDefault(sla, OwnerParams.NONE);
    }

    private static void require(long value, long least, String name) {
        Check.that(value >= least, name + ": must be at least " + least + ", was " + value);
    }
}
