package dev.messplus.core;

/**
 * What a call took of its model server, and how many calls ran beside it.
 *
 * @param answerTokens tokens of the answer, at least 0; {@code NaN} if unknown
 * @param seconds how long the server worked on it, at least 0; {@code NaN} if unknown
 * @param concurrency calls of the model that its servers worked on during the call, itself among
 *     them: the harmonic mean over its time, at least 1; {@code NaN} if unknown
 * @param fixedJoules whether its joules do not depend on {@code concurrency}
 * @param cachedShare share of the prompt's tokens that the server did not compute, because it had
 *     them in a cache, from 0 to 1
 * @param prefixShare share of them that the model had computed before, for the turn before of the
 *     same conversation, from 0 to 1
 * @param truncated whether the answer ended because its tokens were limited
 */
public record CallWork(
        double answerTokens,
        double seconds,
        double concurrency,
        boolean fixedJoules,
        double cachedShare,
        double prefixShare,
        boolean truncated) {

    /** Nothing is known. */
    public static final CallWork UNKNOWN =
            new CallWork(Double.NaN, Double.NaN, Double.NaN, false, 0, 0, false);
}
