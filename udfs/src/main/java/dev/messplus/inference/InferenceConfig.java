package dev.messplus.inference;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;

/**
 * How patiently models are asked.
 *
 * @param requestTimeoutMillis what a request may take, over all attempts and all models, in
 *     milliseconds, at least 1
 * @param connectTimeoutMillis what a connection to a server may take, in milliseconds, at least 1
 * @param maxAttempts calls to one model for one request, at least 1; those that found nobody do not
 *     count
 * @param backoffInitialMillis pause before the second attempt, in milliseconds, at least 1; it
 *     doubles with every further one, and every pause is varied by half of it up or down
 * @param backoffMaxMillis the longest pause, in milliseconds, at least {@code
 *     backoffInitialMillis}; a server's {@code Retry-After} may ask for a longer one
 * @param maxResponseBytes what is read of a server's answer, in bytes, at least 1; a longer one is
 *     no answer
 * @param breaker when a model whose server fails is left alone
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
            throw new IllegalArgumentException("breaker: must be given");
        }
    }

    /** One minute in all, up to 3 attempts per model, answers of up to half a MiB. */
    public static InferenceConfig defaults() {
        return new InferenceConfig(
                60_000, 5_000, 3, 200, 5_000, 512 << 10, BreakerConfig.defaults());
    }

    /** The same with another deadline. */
    public InferenceConfig withRequestTimeoutMillis(long millis) {
        return new InferenceConfig(
                millis,
                connectTimeoutMillis,
                maxAttempts,
                backoffInitialMillis,
                backoffMaxMillis,
                maxResponseBytes,
                breaker);
    }

    /**
     * The timeout for Flink's asynchronous operator, in milliseconds: late enough never to fire
     * before the deadline kept here.
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
