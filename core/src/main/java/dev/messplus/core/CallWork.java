package dev.messplus.core;

/**
 * What a call took of its model server, and how many calls ran beside it.
 *
 * @param answerTokens tokens of the answer, at least 0; {@code NaN} if unknown
 * @param seconds how long the server worked on it, at least 0; {@code NaN} if unknown
 * @param concurrency calls of the model that its server worked on during the call, itself among
 *     them: the harmonic mean over its time, at least 1; {@code NaN} if unknown
 * @param fixedJoules whether its joules do not depend on {@code concurrency}
 * @param cached how much of the prompt the server had in a cache
 * @param truncated whether the answer ended because its tokens were limited
 */
public record CallWork(
        double answerTokens,
        double seconds,
        double concurrency,
        boolean fixedJoules,
        CachedPrompt cached,
        boolean truncated) {

    /** Nothing is known. */
    public static final CallWork UNKNOWN =
            new CallWork(Double.NaN, Double.NaN, Double.NaN, false, CachedPrompt.NONE, false);
}
