package dev.messplus.core;

/**
 * A prompt as the algorithm sees it.
 *
 * @param features a_t, what the predictors forecast accuracy from; any length, the same for every
 *     prompt of one embedding
 * @param promptTokens its length, at least 0, in any unit that energy grows with
 * @param maxTokens the most completion tokens it asks for; 0 when it sets no maximum
 * @param prefix what a model has computed of it before; {@code null} if that is not known
 */
public record Prompt(float[] features, int promptTokens, int maxTokens, PromptPrefix prefix) {

    /** A prompt of which nothing has been computed before. */
    public Prompt(float[] features, int promptTokens, int maxTokens) {
        this(features, promptTokens, maxTokens, null);
    }

    /** The same with a beginning that a model has computed before; {@code null} for none. */
    public Prompt with(PromptPrefix itsPrefix) {
        return prefix == itsPrefix
                ? this
                : new Prompt(features, promptTokens, maxTokens, itsPrefix);
    }

    /** Tokens of it that a model has computed before, at least 0. */
    public int prefixTokens(String model) {
        return prefix != null && prefix.model().equals(model) ? prefix.tokens() : 0;
    }
}
