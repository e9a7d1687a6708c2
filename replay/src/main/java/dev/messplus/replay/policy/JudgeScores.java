package dev.messplus.replay.policy;

import dev.messplus.replay.outcome.Arrivals;
import dev.messplus.replay.outcome.Recorded;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.descriptive.StatisticalSummary;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * What a {@link SimulatedJudge} says of the answers to the requests of an episode: the same for
 * every policy.
 *
 * <p>A noisy judge takes some answers for those of the same model to other requests, drawn at
 * random: with probability 1 - sqrt(1 - noise), so that the correlation of its scores with the true
 * ones is sqrt(1 - noise), and the mean score of a model is as it was. Then it adds its bias. A
 * check passes an answer with the probability of such a score.
 *
 * <p>A signal is 1 / (1 + exp(-z)), where z has the same correlation with the true scores. With s
 * the true score in standard deviations over all answers of the zoo, and a standard normal g, z is
 * sqrt(1 - noise) s + sqrt(noise) g. The bias is added to the score.
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

    /** Of the true scores of all answers; of a signal alone. */
    private final StatisticalSummary trueScores;

    JudgeScores(SimulatedJudge judge, Arrivals arrivals, long seed) {
        this.judge = judge;
        this.arrivals = arrivals;
        this.seed = seed;
        var lots = new SplittableRandom(seed ^ BIASES);
        biases =
                lots.doubles(arrivals.models().size())
                        .map(lot -> judge.lenient() || lot < 0.5 ? judge.bias() : -judge.bias())
                        .toArray();
        trueScores = judge.says() == JudgeSays.SIGNAL ? trueScores(arrivals) : null;
    }

    private static StatisticalSummary trueScores(Arrivals arrivals) {
        var scores = new SummaryStatistics();
        for (Recorded request : arrivals.all()) {
            Arrays.stream(request.scores()).forEach(scores::addValue);
        }
        return scores;
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
        return switch (judge.says()) {
            case SCORE -> score(request, model, random);
            case CHECK -> {
                double passing = score(request, model, random);
                yield random.nextDouble() < passing ? 1 : 0;
            }
            case SIGNAL -> signal(request, model, random);
            case RECORDED -> arrivals.get(request).answers().readings()[model];
        };
    }

    private double score(int request, int model, SplittableRandom random) {
        boolean confused = random.nextDouble() >= Math.sqrt(1 - judge.noise());
        int judged = confused ? random.nextInt(arrivals.size()) : request;
        double score = arrivals.get(judged).scores()[model] + biases[model];
        return Math.max(0, Math.min(1, score));
    }

    private double signal(int request, int model, SplittableRandom random) {
        double score = arrivals.get(request).scores()[model] + biases[model];
        double deviation = trueScores.getStandardDeviation();
        double standardized = deviation > 0 ? (score - trueScores.getMean()) / deviation : 0;
        double z =
                Math.sqrt(1 - judge.noise()) * standardized
                        + Math.sqrt(judge.noise()) * random.nextGaussian();
        return 1 / (1 + Math.exp(-z));
    }
}
