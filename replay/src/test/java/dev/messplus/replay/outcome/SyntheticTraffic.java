package dev.messplus.replay.outcome;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Deterministic traffic with something to learn: three models, of which a stronger one costs more
 * and is right more often. How often depends on the first feature of the prompt, and most so for
 * the small model.
 */
public final class SyntheticTraffic {

    /** Joules of each model for a prompt of {@link #MEAN_TOKENS}. */
    private static final double[] JOULES = {1, 3, 10};

    /** Share of prompts that each model answers right on average. */
    private static final double[] ACCURACY = {.45, .6, .8};

    /** The largest change of that share by the first feature, in either direction. */
    private static final double[] STEEPNESS = {.4, .25, .1};

    private static final int MEAN_TOKENS = 100;

    private static final long SEED = 42;

    private SyntheticTraffic() {}

    /**
     * Requests whose joules grow with the prompt's length, with noise.
     *
     * @param dimensions number of features
     */
    public static Traffic of(int requests, int dimensions) {
        return of(requests, dimensions, .2);
    }

    /** Requests that cost a model the same, whatever the prompt. */
    public static Traffic atFixedPrices(int requests, int dimensions) {
        return of(requests, dimensions, 0);
    }

    private static Traffic of(int requests, int dimensions, double spread) {
        var random = new SplittableRandom(SEED);
        List<Recorded> all = new ArrayList<>(requests);
        for (int i = 0; i < requests; i++) {
            var features = new float[dimensions];
            for (int f = 0; f < dimensions; f++) {
                // Within sqrt(3 / dimensions), so that a vector has a length of about 1.
                features[f] = (float) ((2 * random.nextDouble() - 1) * Math.sqrt(3. / dimensions));
            }
            int tokens = random.nextInt(MEAN_TOKENS / 2, MEAN_TOKENS * 3 / 2);
            double longer = tokens / (double) MEAN_TOKENS - 1 + random.nextDouble() - .5;
            var scores = new double[JOULES.length];
            var joules = new double[JOULES.length];
            for (int m = 0; m < JOULES.length; m++) {
                double hard = features[0] / Math.sqrt(3. / dimensions);
                boolean right = random.nextDouble() < ACCURACY[m] - STEEPNESS[m] * hard;
                // One score in ten is fractional, as raters give it.
                scores[m] = random.nextInt(10) == 0 ? random.nextDouble() : right ? 1 : 0;
                joules[m] = JOULES[m] * (1 + spread * longer);
            }
            all.add(new Recorded("r" + i, "synthetic", tokens, features, scores, joules));
        }
        return new Traffic(List.of("small", "medium", "large"), all);
    }
}
