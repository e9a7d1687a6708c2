package dev.messplus.core.cost;

/**
 * How many tokens of its prompts a model does not compute, because its servers have them in a
 * cache: the beginnings that many prompts share, and in a conversation what it has computed for the
 * turn before. All sums are discounted.
 */
public final class PrefixCache {

    /** Tokens of prompts that the model had not computed any of for a turn before. */
    public double promptTokens;

    /** Those of them that it did not compute. */
    public double cachedTokens;

    /** Tokens that it had computed for the turn before. */
    public double prefixTokens;

    /** Those of them that it did not compute again. */
    public double reusedTokens;

    /**
     * Takes in a call.
     *
     * @param tokens of its prompt
     * @param prefix those of them that the model had computed for the turn before
     * @param cached those of them that it did not compute
     * @param w weight of the call beside others
     */
    void add(double tokens, double prefix, double cached, double w) {
        if (prefix > 0) {
            prefixTokens += w * prefix;
            reusedTokens += w * Math.min(prefix, cached);
        } else {
            promptTokens += w * tokens;
            cachedTokens += w * cached;
        }
    }

    /** Takes in the calls of another one. */
    void add(PrefixCache other) {
        promptTokens += other.promptTokens;
        cachedTokens += other.cachedTokens;
        prefixTokens += other.prefixTokens;
        reusedTokens += other.reusedTokens;
    }

    /** Has all calls so far count this much of what they did. */
    void fade(double factor) {
        promptTokens *= factor;
        cachedTokens *= factor;
        prefixTokens *= factor;
        reusedTokens *= factor;
    }

    /**
     * Tokens of a prompt that are computed.
     *
     * @param tokens all of them
     * @param prefix those that the model has computed for the turn before
     */
    double computed(double tokens, double prefix) {
        double shared = cachedTokens > 0 ? cachedTokens / promptTokens * tokens : 0;
        double reused = reusedTokens > 0 ? reusedTokens / prefixTokens * prefix : 0;
        return Math.max(0, tokens - Math.max(shared, reused));
    }
}
