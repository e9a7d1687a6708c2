package dev.messplus.replay.outcome;

import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/**
 * The energies of a random zoo. U(a, b) and N(s) as in {@link RandomZoos}:
 *
 * <ul>
 *   <li>The price of the most expensive model over that of the cheapest: e^U(0, ln 1000), from 1 to
 *       1,000. The cheapest one takes e^U(ln .1, ln 10) J on average.
 *   <li>One model has each of these two prices. The logarithms of the others are uniform between.
 *       The models are in random order.
 *   <li>Energy of an answer: price (w l + (1 - w) a). The prompt's share w is U(0, .5), the same
 *       for the zoo. l is the length of the prompt over the mean length. a is the length of the
 *       answer over its mean, e^(N(.4) + N(.3) - .125): the first term is the same for all models,
 *       because some prompts ask for long answers. The mean of both is 1.
 * </ul>
 *
 * @param meanJoules price of each model, in joules of an average answer
 * @param range the highest price over the lowest, at least 1
 * @param promptShare w
 */
record RandomPrices(double[] meanJoules, double range, double promptShare) {

    private static final double MOST_RANGE = 1_000;
    private static final double LEAST_CHEAPEST = .1;
    private static final double MOST_CHEAPEST = 10;
    private static final double MOST_PROMPT_SHARE = .5;
    private static final double PROMPT_DEVIATION = .4;
    private static final double MODEL_DEVIATION = .3;

    /** Makes the mean of a log-normal variable of these deviations 1. */
    private static final double MEAN_LOG =
            -(PROMPT_DEVIATION * PROMPT_DEVIATION + MODEL_DEVIATION * MODEL_DEVIATION) / 2;

    /** The prices of a number of models, at least two. */
    static RandomPrices draw(int models, SplittableRandom random) {
        double range = Math.exp(random.nextDouble(0, Math.log(MOST_RANGE)));
        double cheapest =
                Math.exp(random.nextDouble(Math.log(LEAST_CHEAPEST), Math.log(MOST_CHEAPEST)));
        double promptShare = random.nextDouble(0, MOST_PROMPT_SHARE);
        double[] shares = random.doubles(models).toArray();
        int lowest = random.nextInt(models);
        shares[lowest] = 0;
        shares[(lowest + random.nextInt(1, models)) % models] = 1;
        double[] joules =
                DoubleStream.of(shares).map(share -> cheapest * Math.pow(range, share)).toArray();
        return new RandomPrices(joules, range, promptShare);
    }

    /** The logarithm of each price. */
    double[] logs() {
        return DoubleStream.of(meanJoules).map(Math::log).toArray();
    }

    /**
     * The joules of each model's answer to a prompt.
     *
     * @param length of the prompt over the mean length
     */
    double[] joules(double length, SplittableRandom random) {
        double longer = PROMPT_DEVIATION * random.nextGaussian();
        return DoubleStream.of(meanJoules)
                .map(
                        price -> {
                            double own = MODEL_DEVIATION * random.nextGaussian();
                            double answer = Math.exp(longer + own + MEAN_LOG);
                            return price * (promptShare * length + (1 - promptShare) * answer);
                        })
                .toArray();
    }
}
