package dev.messplus.inference;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;

/**
 * Deadline, retries and circuit breaker of the calls to model servers.
 *
 * @param requestTimeoutMillis how long a request may take, over all attempts and all models, in
 *     milliseconds, at least 1
 * @param connectTimeoutMillis how long connecting to a server may take, in milliseconds, at least 1
 * @param maxAttempts calls to one model for one request, at least 1; calls that reached no server
 *     do not count
 * @param backoffInitialMillis pause before the second attempt, in milliseconds, at least 1; it
 *     doubles with every further attempt, and every pause varies at random by up to half
 * @param backoffMaxMillis longest pause, in milliseconds, at least {@code backoffInitialMillis}; a
 *     server's {@code Retry-After} may ask for a longer one
 * @param maxResponseBytes largest response of a server, in bytes, at least 1; the call fails if the
 *     response is larger
 * @param breaker circuit breaker of each model
 */
@RecordBuilder
public record InferenceConfig(
        long requestTimeoutMillis,
        long connectTimeoutMillis,
        int maxAttempts,
        long backoffInitialMillis,
        long backoffMaxMillis,
        int maxResponseBytes,
        BreakerConfig breaker)
        implements Serializable {

    private static final long GRACE_MILLIS = 5_000;

    public InferenceConfig {
        require(requestTimeoutMillis, 1, "requestTimeoutMillis");
        require(connectTimeoutMillis, 1, "connectTimeoutMillis");
        require(maxAttempts, 1, "maxAttempts");
        require(backoffInitialMillis, 1, "backoffInitialMillis");
        require(backoffMaxMillis, backoffInitialMillis, "backoffMaxMillis");
        require(maxResponseBytes, 1, "maxResponseBytes");
        if (breaker == null) {
            throw new IllegalArgumentException("breaker: must be set");
        }
    }

    /** One minute per request, 3 attempts per model, responses of up to 512 KiB. */
    public static InferenceConfig defaults() {
        return InferenceConfigBuilder.builder()
                .requestTimeoutMillis(60_000)
                .connectTimeoutMillis(5_000)
                .maxAttempts(3)
                .backoffInitialMillis(200)
                .backoffMaxMillis(5_000)
                .maxResponseBytes(512 << 10)
                .breaker(BreakerConfig.defaults())
                .build();
    }

    /**
     * Timeout for Flink's asynchronous operator, in milliseconds: the request timeout plus a grace
     * period, so that it never fires before the deadline of the calls.
     */
    public long operatorTimeoutMillis() {
        return requestTimeoutMillis + GRACE_MILLIS;
    }

    private static void require(long value, long least, String name) {
        if (value < least) {
            throw new IllegalArgumentException(
                    name + ": must be at least " + least + ", was " + value);
        }
    }
}
