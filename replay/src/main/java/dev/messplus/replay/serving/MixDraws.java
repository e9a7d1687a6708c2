package dev.messplus.replay.serving;

import java.util.SplittableRandom;

/** Draws the model of one request after the other from a distribution. */
final class MixDraws {

    private final double[] shares;
    private final SplittableRandom random;

    /**
     * Draws before the first.
     *
     * @param shares of each model; they add up to 1
     */
    MixDraws(double[] shares, long seed) {
        this.shares = shares.clone();
        this.random = new SplittableRandom(seed);
    }

    /** Index of the model of the next request. */
    int next() {
        double uniform = random.nextDouble();
        int last = 0;
        for (int m = 0; m < shares.length; m++) {
            uniform -= shares[m];
            if (shares[m] > 0) {
                last = m;
                if (uniform < 0) {
                    return m;
                }
            }
        }
        // The shares sum to a little less than 1.
        return last;
    }
}
