package dev.messplus.replay.servers;

import dev.messplus.replay.serving.MixScores;

/**
 * Static mixes on a line, of which the nearest to {@code from} is meant that reaches a score.
 *
 * @param from shares of each model
 * @param to shares of mixes that score higher
 */
record MixLine(double[] from, double[] to) {

    /** The mix that is meant over some requests. */
    double[] reaching(double alpha, MixScores scores) {
        return scores.atLeast(alpha, from, to);
    }

    /** All requests to one model. */
    static double[] single(int model, int models) {
        double[] shares = new double[models];
        shares[model] = 1;
        return shares;
    }
}
