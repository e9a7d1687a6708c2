package dev.messplus.replay.serving;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Requests whose answers are right or wrong by chance.
 *
 * @param kinds what prompts there are; each comes as often as the others
 * @param lengths of prompts and answers
 * @param seed of all draws
 */
public record SyntheticZoo(List<Kind> kinds, TokenLengths lengths, long seed)
        implements RequestDraws {

    /** Number of features of a prompt; those behind its kind are noise. */
    private static final int FEATURES = 8;

    /** How often the models are right about prompts of a kind. */
    @FunctionalInterface
    public interface Kind {

        /**
         * The shares of right answers.
         *
         * @param seconds since the start
         * @return a probability for each model, in the order of the zoo
         */
        double[] rightShares(double seconds);
    }

    public SyntheticZoo {
        kinds = List.copyOf(kinds);
        if (kinds.isEmpty() || kinds.size() > FEATURES) {
            throw new IllegalArgumentException(
                    "kinds: must be 1 to %d, were %d".formatted(FEATURES, kinds.size()));
        }
    }

    @Override
    public SimulatedRequest next(long number, double seconds) {
        SplittableRandom random = RequestDraws.random(seed, number);
        int kind = random.nextInt(kinds.size());
        float[] features = new float[FEATURES];
        for (int f = 0; f < FEATURES; f++) {
            features[f] = (float) (0.2 * random.nextGaussian());
        }
        features[kind] += 1;
        double[] shares = kinds.get(kind).rightShares(seconds);
        double[] scores = new double[shares.length];
        double[] failures = new double[shares.length];
        int answerTokens = lengths.answer(random);
        for (int m = 0; m < shares.length; m++) {
            scores[m] = random.nextDouble() < shares[m] ? 1 : 0;
            failures[m] = random.nextDouble();
        }
        return SimulatedRequestBuilder.builder()
                .id("r" + number)
                .features(features)
                .promptTokens(lengths.promptTokens())
                .cachedTokens(lengths.cachedTokens())
                .answerTokens(answerTokens)
                .scores(scores)
                .failureDraws(failures)
                .build();
    }
}
