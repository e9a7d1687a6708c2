package dev.messplus.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Traffic that there is something to learn from, always the same: three models, of which a stronger
 * one costs more and is right more often. How often depends on the prompt's features, most of all
 * on the first one, which makes prompts hard for the small model.
 */
final class SyntheticTraffic {

    /** Joules of each model for a prompt of {@link #MEAN_TOKENS}. */
    private static final double[] JOULES = {1, 3, 10};

    /** Share of typical prompts that each model answers right. */
    private static final double[] ACCURACY = {.45, .6, .8};

    /** What the first feature takes from it, or adds: from -1 to 1 times this. */
    private static final double[] STEEPNESS = {.4, .25, .1};

    private static final int MEAN_TOKENS = 100;

    private static final long SEED = 42;

    private SyntheticTraffic() {}

    /**
     * Requests whose joules go up with the prompt's length, and are random around that.
     *
     * @param dimensions number of features
     */
    static Traffic of(int requests, int dimensions) {
        return of(requests, dimensions, .2);
    }

    /** The same, but a model costs the same whatever the prompt. */
    static Traffic atFixedPrices(int requests, int dimensions) {
        return of(requests, dimensions, 0);
    }

    private static Traffic of(int requests, int dimensions, double spread) {
        var random = new SplittableRandom(SEED);
        List<Recorded> all = new ArrayList<>(requests);
        for (int i = 0; i < requests; i++) {
            var features = new float[dimensions];
            for (int f = 0; f < dimensions; f++) {
                // Within sqrt(3 / dimensions): of length 1, more or less.
                features[f] = (float) ((2 * random.nextDouble() - 1) * Math.sqrt(3. / dimensions));
            }
            int tokens = random.nextInt(MEAN_TOKENS / 2, MEAN_TOKENS * 3 / 2);
            double longer = tokens / (double) MEAN_TOKENS - 1 + random.nextDouble() - .5;
            var scores = new double[JOULES.length];
            var joules = new double[JOULES.length];
            for (int m = 0; m < JOULES.length; m++) {
                double hard = features[0] / Math.sqrt(3. / dimensions);
                boolean right = random.nextDouble() < ACCURACY[m] - STEEPNESS[m] * hard;
                // Now and then a score in between, as raters give it.
                scores[m] = random.nextInt(10) == 0 ? random.nextDouble() : right ? 1 : 0;
                joules[m] = JOULES[m] * (1 + spread * longer);
            }
            all.add(new Recorded("r" + i, "synthetic", tokens, features, scores, joules));
        }
        return new Traffic(List.of("small", "medium", "large"), all);
    }
}
