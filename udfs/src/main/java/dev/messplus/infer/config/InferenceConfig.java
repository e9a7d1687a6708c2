package dev.messplus.infer.config;

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
 * @param requestTimeoutMillis how long a request may take from its first call on, over all attempts
 *     and all models, in milliseconds, at least 1
 * @param connectTimeoutMillis how long connecting to a server may take, in milliseconds, at least 1
 * @param keepAliveMillis for how long a connection is kept after its last call, in milliseconds, at
 *     least 1; a server may ask for less
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
 * @param tracing where the spans of calls go; {@code null} for none
 */
@RecordBuilder
public record InferenceConfig(
        int maxInFlight,
        long maxInFlightBytes,
        long requestTimeoutMillis,
        long connectTimeoutMillis,
        long keepAliveMillis,
        int maxAttempts,
        long backoffInitialMillis,
        long backoffMaxMillis,
        int maxResponseBytes,
        BreakerConfig breaker,
        Map<String, BacklogPolicy> backlogs,
        TracingConfig tracing)
        implements Serializable {

    /**
     * Requests that are called at a time, by the whole job: 2,000 a second with servers that take
     * two seconds, at 12 KiB of heap for each connection. With fewer, slow servers bound the
     * throughput; with more, connections take the heap before requests do.
     */
    public static final int DEFAULT_MAX_IN_FLIGHT = 4_096;

    /**
     * For how long an idle connection is kept, in milliseconds. Balancers drop idle connections
     * after a minute or more, some without a word: AWS's after 60 s, nginx after 75, Azure's after
     * 4 minutes. A call on such a connection would wait for its deadline.
     */
    public static final long DEFAULT_KEEP_ALIVE_MILLIS = 30_000;

    public InferenceConfig {
        require(maxInFlight, 1, "maxInFlight");
        require(maxInFlightBytes, 0, "maxInFlightBytes");
        require(requestTimeoutMillis, 1, "requestTimeoutMillis");
        require(connectTimeoutMillis, 1, "connectTimeoutMillis");
        require(keepAliveMillis, 1, "keepAliveMillis");
        require(maxAttempts, 1, "maxAttempts");
        require(backoffInitialMillis, 1, "backoffInitialMillis");
        require(backoffMaxMillis, backoffInitialMillis, "backoffMaxMillis");
        require(maxResponseBytes, 1, "maxResponseBytes");
        if (breaker == null) {
            throw new IllegalArgumentException("breaker: must be set");
        }
        backlogs = backlogs == null ? Map.of() : Map.copyOf(backlogs);
    }

    /**
     * {@link #DEFAULT_MAX_IN_FLIGHT} requests at a time, one minute for each, 3 attempts per model.
     */
    public static InferenceConfig defaults() {
        return InferenceConfigBuilder.builder()
                .maxInFlight(DEFAULT_MAX_IN_FLIGHT)
                .requestTimeoutMillis(60_000)
                .connectTimeoutMillis(5_000)
                .keepAliveMillis(DEFAULT_KEEP_ALIVE_MILLIS)
                .maxAttempts(3)
                .backoffInitialMillis(200)
                .backoffMaxMillis(5_000)
                .maxResponseBytes(512 << 10)
                .breaker(BreakerConfig.defaults())
                .build();
    }

    /** What happens to the requests of an SLA that have to wait. */
    public BacklogPolicy backlog(String sla) {
        return backlogs.getOrDefault(sla, BacklogPolicy.DEFAULT);
    }

    private static void require(long value, long least, String name) {
        if (value < least) {
            throw new IllegalArgumentException(
                    name + ": must be at least " + least + ", was " + value);
        }
    }
}
