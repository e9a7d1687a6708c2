package dev.messplus.infer.config;

import dev.messplus.setting.Setting;
import java.io.Serializable;

/**
 * Circuit breaker of a model, section {@code inference.breaker}: when it opens, and how it closes
 * again.
 *
 * @param failurePercent share of failed calls that opens the breaker, in percent
 * @param windowCalls number of recent calls that the share is computed over
 * @param minCalls number of calls before a share is computed, at most {@code windowCalls}; {@code
 *     null} for 10, or {@code windowCalls} if that is less
 * @param openMillis how long the breaker stays open before it is half-open, in milliseconds
 * @param trialCalls number of calls permitted while the breaker is half-open
 */
public record BreakerConfig(
        @Setting(byDefault = "50", range = "(0, 100]") double failurePercent,
        @Setting(byDefault = "20", range = "[1, 100000]") int windowCalls,
        @Setting(range = "[1, 100000]") Integer minCalls,
        @Setting(byDefault = "10000", range = "[1, 3600000]") long openMillis,
        @Setting(byDefault = "3", range = "[1, 1000]") int trialCalls)
        implements Serializable {

    private static final int MIN_CALLS = 10;

    public BreakerConfig {
        minCalls = minCalls == null ? Math.min(MIN_CALLS, windowCalls) : minCalls;
    }
}
