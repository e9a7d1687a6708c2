package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code inference.breaker}: when a failing model is not called, and for how long. */
public record BreakerSection(
        @Setting(byDefault = "50", range = "(0, 100]") double failurePercent,
        @Setting(byDefault = "20", range = "[1, 100000]") int windowCalls,
        @Setting(range = "[1, 100000]") Integer minCalls,
        @Setting(byDefault = "10000", range = "[1, 3600000]") long openMillis,
        @Setting(byDefault = "3", range = "[1, 1000]") int trialCalls) {

    private static final int MIN_CALLS = 10;

    public BreakerSection {
        minCalls = minCalls == null ? Math.min(MIN_CALLS, windowCalls) : minCalls;
    }
}
