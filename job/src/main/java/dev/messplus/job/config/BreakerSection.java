package dev.messplus.job.config;

/**
 * Section {@code inference.breaker}: when a model whose server fails is not called, and for how
 * long.
 *
 * @param failurePercent percentage of failed calls that opens the breaker
 * @param windowCalls number of latest calls that the percentage is computed over, per subtask
 * @param minCalls number of calls before the percentage is computed at all
 * @param openMillis how long the breaker stays open, in milliseconds
 * @param trialCalls calls that are then let through to find out whether the server has recovered
 */
public record BreakerSection(
        Double failurePercent,
        Integer windowCalls,
        Integer minCalls,
        Long openMillis,
        Integer trialCalls) {

    public BreakerSection {
        failurePercent = Defaults.or(failurePercent, Defaults.BREAKER_FAILURE_PERCENT);
        windowCalls = Defaults.or(windowCalls, Defaults.BREAKER_WINDOW_CALLS);
        minCalls = Defaults.or(minCalls, Math.min(Defaults.BREAKER_MIN_CALLS, windowCalls));
        openMillis = Defaults.or(openMillis, Defaults.BREAKER_OPEN_MILLIS);
        trialCalls = Defaults.or(trialCalls, Defaults.BREAKER_TRIAL_CALLS);
    }
}
