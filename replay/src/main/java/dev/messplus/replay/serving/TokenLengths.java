package dev.messplus.replay.serving;

import dev.messplus.setting.Check;
import java.util.random.RandomGenerator;

/**
 * Lengths of prompts and answers, in tokens.
 *
 * @param promptTokens length of every prompt, at least 1
 * @param cachedTokens how many of them a prefix cache has, at least 0
 * @param meanAnswerTokens mean length of an answer, at least 1
 * @param sigma standard deviation of the logarithm of the lengths of answers, at least 0: they are
 *     log-normal
 */
public record TokenLengths(
        int promptTokens, int cachedTokens, double meanAnswerTokens, double sigma) {

    public TokenLengths {
        Check.that(promptTokens >= 1, "promptTokens: must be at least 1, was " + promptTokens);
        Check.that(cachedTokens >= 0, "cachedTokens: must be at least 0, was " + cachedTokens);
        Check.that(
                meanAnswerTokens >= 1,
                "meanAnswerTokens: must be at least 1, was " + meanAnswerTokens);
        Check.that(sigma >= 0, "sigma: must be at least 0, was " + sigma);
    }

    /** Draws the length of an answer, at least 1. */
    int answer(RandomGenerator random) {
        double median = meanAnswerTokens * Math.exp(-sigma * sigma / 2);
        return (int) Math.max(1, Math.round(median * Math.exp(sigma * random.nextGaussian())));
    }
}
