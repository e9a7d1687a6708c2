package dev.messplus.energy.meter;

import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.Usage;
import dev.messplus.energy.ledger.ExpectedWork;
import dev.messplus.energy.ledger.TokenRate;
import dev.messplus.energy.ledger.Work;

/**
 * The tokens of one model's calls, weighted: a token of a prompt counts less than a token of an
 * answer, and one that the server had in its cache counts nothing. Learns how many tokens per
 * second an answer takes. Thread safe.
 */
final class ModelTokens {

    private final int model;
    private final double promptWeight;
    private final TokenRate rate = new TokenRate();

    /**
     * Those of a model.
     *
     * @param model its number in the ledger of a device
     */
    ModelTokens(int model, Metering metering) {
        this.model = model;
        promptWeight = metering.promptTokenWeight();
    }

    /** What a call is expected to be that begins. */
    synchronized ExpectedWork expected(int promptTokens) {
        return new ExpectedWork(model, promptWeight * promptTokens, rate.perSecond());
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
        int cached = usage.cachedTokens() == null ? 0 : usage.cachedTokens();
        int computed = Math.max(0, usage.promptTokens() - cached);
        double answer = usage.completionTokens();
        learn(answer, usage.workSeconds() < seconds ? usage.workSeconds() : seconds);
        return new Work(promptWeight * computed + answer, answer, usage.workSeconds());
    }

    private synchronized void learn(double tokens, double seconds) {
        rate.add(tokens, seconds);
    }
}
