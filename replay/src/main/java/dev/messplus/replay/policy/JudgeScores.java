package dev.messplus.replay.policy;

import dev.messplus.replay.outcome.Arrivals;
import java.util.SplittableRandom;

/**
 * What a {@link SimulatedJudge} says of the answers to the requests of an episode: the same for
 * every policy.
 *
 * <p>A noisy judge takes some answers for those of the same model to other requests, drawn at
 * random: with probability 1 - sqrt(1 - noise), so that the correlation of its scores with the true
 * ones is sqrt(1 - noise), and the mean score of a model is as it was. Then it adds its bias.
 */
final class JudgeScores {

    /** Keeps the draws of a judge apart from others. */
    private static final long BIASES = 0x1D6E;

    private static final long SCORES = 0x5C02E;
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final SimulatedJudge judge;
    private final Arrivals arrivals;
    private final long seed;
    private final double[] biases;

    JudgeScores(SimulatedJudge judge, Arrivals arrivals, long seed) {
        this.judge = judge;
        this.arrivals = arrivals;
        this.seed = seed;
        var lots = new SplittableRandom(seed ^ BIASES);
        biases =
                lots.doubles(arrivals.models().size())
                        .map(lot -> judge.lenient() || lot < 0.5 ? judge.bias() : -judge.bias())
                        .toArray();
    }

    /**
     * What it says of an answer, in [0, 1].
     *
     * @param request its number, from 0
     * @param model index of the model
     */
    double score(int request, int model) {
        long answer = (long) request * biases.length + model + 1;
        var random = new SplittableRandom((seed ^ SCORES) + answer * GOLDEN_GAMMA);
        boolean confused = random.nextDouble() >= Math.sqrt(1 - judge.noise());
        int judged = confused ? random.nextInt(arrivals.size()) : request;
        double score = arrivals.get(judged).scores()[model] + biases[model];
        return Math.max(0, Math.min(1, score));
    }
}
