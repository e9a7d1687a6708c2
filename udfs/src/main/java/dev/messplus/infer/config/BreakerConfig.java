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
 * @param firstOpenMillis how long the breaker stays open after it was closed, in milliseconds, at
 *     most {@code maxOpenMillis}; {@code null} for 10, or {@code maxOpenMillis} if that is less. It
 *     doubles each time that trial calls fail
 * @param maxOpenMillis the longest time that the breaker stays open before it is half-open, in
 *     milliseconds
 * @param trialCalls number of calls permitted while the breaker is half-open. With one, a model
 *     that is down costs one failed call each time, and one answer closes the breaker
 */
public record BreakerConfig(
        @Setting(byDefault = "50", range = "(0, 100]") double failurePercent,
        @Setting(byDefault = "20", range = "[1, 100000]") int windowCalls,
        @Setting(range = "[1, 100000]") Integer minCalls,
        @Setting(range = "[1, 3600000]") Long firstOpenMillis,
        @Setting(byDefault = "10000", range = "[1, 3600000]") long maxOpenMillis,
        @Setting(byDefault = "1", range = "[1, 1000]") int trialCalls)
        implements Serializable {

    private static final int MIN_CALLS = 10;

    /**
     * Less than a call takes, so that a blip costs little more than itself; and ten doublings lead
     * to ten seconds, so that a model that stays down costs few calls.
     */
    private static final long FIRST_OPEN_MILLIS = 10;

    public BreakerConfig {
        minCalls = minCalls == null ? Math.min(MIN_CALLS, windowCalls) : minCalls;
        firstOpenMillis =
                firstOpenMillis == null
                        ? Math.min(FIRST_OPEN_MILLIS, maxOpenMillis)
                        : firstOpenMillis;
    }
}
