package dev.messplus.inference;

import java.io.Serializable;

/**
 * When a model whose server fails is left alone, and for how long.
 *
 * @param failurePercent share of failed calls that opens the breaker, in percent, in (0, 100]
 * @param windowCalls calls that the share is taken over, at least 1
 * @param minCalls calls before a share is taken at all, from 1 to {@code windowCalls}
 * @param openMillis how long a model is left alone before it is tried again, in milliseconds, at
 *     least 1
 * @param trialCalls calls that are let through to try it, at least 1
 */
public record BreakerConfig(
        double failurePercent, int windowCalls, int minCalls, long openMillis, int trialCalls)
        implements Serializable {

    public BreakerConfig {
        require(
                failurePercent > 0 && failurePercent <= 100,
                "failurePercent: must be above 0 and at most 100, was " + failurePercent);
        require(windowCalls >= 1, "windowCalls: must be at least 1, was " + windowCalls);
        require(
                minCalls >= 1 && minCalls <= windowCalls,
                "minCalls: must be from 1 to windowCalls=" + windowCalls + ", was " + minCalls);
        require(openMillis >= 1, "openMillis: must be at least 1, was " + openMillis);
        require(trialCalls >= 1, "trialCalls: must be at least 1, was " + trialCalls);
    }

    /** Half of the last 20 calls failed: 10 s of peace, then 3 trials. */
    public static BreakerConfig defaults() {
        return new BreakerConfig(50, 20, 10, 10_000, 3);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
