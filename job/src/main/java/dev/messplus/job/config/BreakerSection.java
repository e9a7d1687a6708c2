package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code inference.breaker}: when a failing model is not called, and for how long. */
public record BreakerSection(
        @Setting(
                        value = "Percentage of failed calls that opens the breaker.",
                        byDefault = "50",
                        range = "(0, 100]")
                double failurePercent,
        @Setting(
                        value =
                                "Number of last calls that the percentage is taken over, per subtask.",
                        byDefault = "20",
                        range = "[1, 100000]")
                int windowCalls,
        @Setting(
                        value =
                                "Number of calls before the breaker can open. At most `windowCalls`.",
                        otherwise = "10, or `windowCalls` if that is less",
                        range = "[1, 100000]")
                Integer minCalls,
        @Setting(
                        value = "How long the breaker stays open.",
                        byDefault = "10000",
                        range = "[1, 3600000]")
                long openMillis,
        @Setting(
                        value =
                                "Number of calls that are then let through to find out whether the server has recovered.",
                        byDefault = "3",
                        range = "[1, 1000]")
                int trialCalls) {

    private static final int MIN_CALLS = 10;

    public BreakerSection {
        minCalls = minCalls == null ? Math.min(MIN_CALLS, windowCalls) : minCalls;
    }
}
