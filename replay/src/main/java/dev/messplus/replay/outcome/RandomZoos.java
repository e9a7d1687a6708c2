package dev.messplus.replay.outcome;

import dev.messplus.core.baseline.ModelMean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Random zoos: models with drawn energies and scores on the prompts of some traffic, whose recorded
 * answers have no part in it. They show what a policy does where its settings cannot have been
 * tuned. No number here is fitted to recorded outcomes.
 *
 * <p>U(a, b) is the uniform distribution, and N(s) the normal one of mean 0 and standard deviation
 * s. Of each zoo, independently:
 *
 * <ul>
 *   <li>Models: 3 to 16, each number as likely.
 *   <li>Energies: {@link RandomPrices}.
 *   <li>Scores: {@link RandomScores}.
 *   <li>Alpha: the mean score of the cheapest model, and a share U(.3, .9) of the way from there to
 *       that of the most accurate model. So some model reaches alpha, and the static mix of least
 *       energy consists of two: the cheapest model misses alpha, and costs less than any that does
 *       not.
 * </ul>
 *
 * <p>A zoo in which the most accurate model scores less than .05 above the cheapest one leaves
 * nothing to route for, and is drawn again, with the same correlation. The zoo is listed in random
 * order. Its models are named by price, {@code m1} being the cheapest.
 */
public final class RandomZoos {

    private static final int LEAST_MODELS = 3;
    private static final int MOST_MODELS = 16;
    private static final double LEAST_QUANTILE = .3;
    private static final double MOST_QUANTILE = .9;
    private static final double LEAST_GAIN = .05;

    /** Keeps the draws of a zoo apart from those of an order. */
    private static final long SEED = 0x200_5EED;

    private final Traffic prompts;

    /**
     * Zoos on some prompts.
     *
     * @param prompts the requests; their recorded answers are not used
     */
    public RandomZoos(Traffic prompts) {
        this.prompts = prompts;
    }

    /**
     * A zoo, the same at every call.
     *
     * @param number from 1
     */
    public RandomZoo zoo(int number) {
        var random = new SplittableRandom(SEED + number);
        // Once: a zoo without a correlation is more often drawn again.
        double correlation = random.nextBoolean() ? 0 : random.nextDouble();
        while (true) {
            RandomZoo zoo = draw(number, correlation, random.split());
            if (zoo.alpha() > 0) {
                return zoo;
            }
        }
    }

    /** A zoo, whose alpha is 0 if it leaves nothing to route for. */
    private RandomZoo draw(int number, double correlation, SplittableRandom random) {
        int models = random.nextInt(LEAST_MODELS, MOST_MODELS + 1);
        double quantile = random.nextDouble(LEAST_QUANTILE, MOST_QUANTILE);
        RandomPrices prices = RandomPrices.draw(models, random);
        RandomScores scores = RandomScores.draw(prompts.requests(), prices, correlation, random);
        Traffic traffic = answered(prices, scores, random);
        List<ModelMean> means = traffic.means();
        double cheapest = means.get(Traffic.least(means, ModelMean::joules)).score();
        double best = means.get(Traffic.least(means, mean -> -mean.score())).score();
        double alpha = best - cheapest < LEAST_GAIN ? 0 : cheapest + quantile * (best - cheapest);
        return new RandomZoo(
                number,
                traffic,
                alpha,
                new RandomZoo.Traits(
                        prices.range(), scores.correlation(), scores.kinds(), scores.grades()));
    }

    private Traffic answered(RandomPrices prices, RandomScores scores, SplittableRandom random) {
        List<Recorded> requests = prompts.requests();
        double meanTokens =
                requests.stream().mapToInt(Recorded::promptTokens).average().orElseThrow();
        List<Recorded> answered = new ArrayList<>(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            Recorded request = requests.get(i);
            double length = (1 + request.promptTokens()) / (1 + meanTokens);
            answered.add(
                    request.ofKind("kind-%02d".formatted(1 + scores.kind(i)))
                            .answeredWith(scores.scores(i, random), prices.joules(length, random)));
        }
        return new Traffic(names(prices.meanJoules()), answered);
    }

    private static List<String> names(double[] joules) {
        return IntStream.range(0, joules.length)
                .mapToObj(m -> "m" + (1 + Arrays.stream(joules).filter(j -> j < joules[m]).count()))
                .toList();
    }
}
