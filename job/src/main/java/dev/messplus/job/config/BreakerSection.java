package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code inference.breaker}: when a failing model is not called, and for how long. */
public record BreakerSection(
        @Setting(
                        value = "Percentage of failed calls that opens the breaker.",
                        byDefault = "50",
                        above = 0,
                        max = 100)
                double failurePercent,
        @Setting(
                        value =
                                "Number of last calls that the percentage is taken over, per subtask.",
                        byDefault = "20",
                        min = 1,
                        max = 100_000)
                int windowCalls,
        @Setting(
                        value =
                                "Number of calls before the breaker can open. At most `windowCalls`.",
                        otherwise = "10, or `windowCalls` if that is less",
                        min = 1,
                        max = 100_000)
                Integer minCalls,
        @Setting(
                        value = "How long the breaker stays open.",
                        byDefault = "10000",
                        min = 1,
                        max = 3_600_000)
                long openMillis,
        @Setting(
                        value =
                                "Number of calls that are then let through to find out whether the server has recovered.",
                        byDefault = "3",
                        min = 1,
                        max = 1_000)
                int trialCalls) {

    private static final int MIN_CALLS = 10;

    public BreakerSection {
        minCalls = minCalls == null ? Math.min(MIN_CALLS, windowCalls) : minCalls;
    }
}
