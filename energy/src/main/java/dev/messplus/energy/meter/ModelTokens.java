package dev.messplus.energy.meter;

import dev.messplus.energy.Usage;
import dev.messplus.energy.ledger.ExpectedWork;
import dev.messplus.energy.ledger.Work;

/**
 * The tokens of one model's calls, weighted: a token of a prompt counts less than a token of an
 * answer, and one that the server had in its cache nothing. Learns how many tokens per second an
 * answer takes. Thread safe.
 */
final class ModelTokens {

    /** Weight of the last call in the smoothed rate. */
    private static final double RATE_SMOOTHING = 0.1;

    private final double promptTokenWeight;

    /** Smoothed tokens of answers, and the seconds that they took. */
    private double answerTokens;

    private double answerSeconds;

    ModelTokens(double promptTokenWeight) {
        this.promptTokenWeight = promptTokenWeight;
    }

    /** What a call is expected to be that begins. */
    synchronized ExpectedWork expected(int promptTokens) {
        return new ExpectedWork(
                promptTokenWeight * promptTokens,
                answerSeconds > 0 ? answerTokens / answerSeconds : Double.NaN);
    }

    /**
     * What a call was that took {@code seconds}.
     *
     * @param usage what the server reported
     */
    Work work(Usage usage, double seconds) {
        if (usage.promptTokens() == null || usage.completionTokens() == null) {
            return new Work(Double.NaN, Double.NaN, usage.workSeconds());
        }
        double worked = usage.workSeconds() < seconds ? usage.workSeconds() : seconds;
        learn(usage.completionTokens(), worked);
        int cached = usage.cachedTokens() == null ? 0 : usage.cachedTokens();
        int computed = Math.max(0, usage.promptTokens() - cached);
        return new Work(
                promptTokenWeight * computed + usage.completionTokens(),
                usage.completionTokens(),
                usage.workSeconds());
    }

    private synchronized void learn(int tokens, double seconds) {
        if (seconds > 0) {
            answerTokens += RATE_SMOOTHING * (tokens - answerTokens);
            answerSeconds += RATE_SMOOTHING * (seconds - answerSeconds);
        }
    }
}
