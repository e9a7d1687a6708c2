package dev.messplus.infer.config;

import dev.messplus.setting.Check;
import java.io.Serializable;

/**
 * Circuit breaker of a model: when it opens, and how it closes again.
 *
 * @param failurePercent share of failed calls that opens the breaker, in percent, in (0, 100]
 * @param windowCalls number of recent calls that the share is computed over, at least 1
 * @param minCalls number of calls before a share is computed, from 1 to {@code windowCalls}
 * @param openMillis how long the breaker stays open before it is half-open, in milliseconds, at
 *     least 1
 * @param trialCalls number of calls permitted while the breaker is half-open, at least 1
 */
public record BreakerConfig(
        double failurePercent, int windowCalls, int minCalls, long openMillis, int trialCalls)
        implements Serializable {

    public BreakerConfig {
        Check.that(
                failurePercent > 0 && failurePercent <= 100,
                "failurePercent: must be above 0 and at most 100, was " + failurePercent);
        Check.that(windowCalls >= 1, "windowCalls: must be at least 1, was " + windowCalls);
        Check.that(
                minCalls >= 1 && minCalls <= windowCalls,
                "minCalls: must be from 1 to windowCalls=" + windowCalls + ", was " + minCalls);
        Check.that(openMillis >= 1, "openMillis: must be at least 1, was " + openMillis);
        Check.that(trialCalls >= 1, "trialCalls: must be at least 1, was " + trialCalls);
    }
}
