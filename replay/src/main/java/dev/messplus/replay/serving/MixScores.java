package dev.messplus.replay.serving;

import java.util.ArrayList;
import java.util.List;

/**
 * The scores that static mixes have over the requests of a run. They do not depend on how busy the
 * servers are, so that nothing has to be simulated.
 */
public final class MixScores {

    private static final int HALVINGS = 30;

    private final List<double[]> scores = new ArrayList<>();
    private final double[] means;
    private final long seed;

    /**
     * The scores over the requests that arrive in some time.
     *
     * @param seconds from the start
     * @param seed of the world and of the mixes
     */
    public MixScores(RateCurve curve, RequestDraws requests, double seconds, long seed) {
        this.seed = seed;
        ArrivalTimes arrivals = new ArrivalTimes(curve, seed);
        for (double at = arrivals.next(); at <= seconds; at = arrivals.next()) {
            scores.add(requests.next(scores.size(), at).scores());
        }
        if (scores.isEmpty()) {
            throw new IllegalArgumentException(
                    "requests: none arrives within %s s; let it be more".formatted(seconds));
        }
        means = new double[scores.get(0).length];
        for (double[] row : scores) {
            for (int m = 0; m < means.length; m++) {
                means[m] += row[m];
            }
        }
        for (int m = 0; m < means.length; m++) {
            means[m] /= scores.size();
        }
    }

    /** Number of requests. */
    public int requests() {
        return scores.size();
    }

    /** Mean score of each model over all requests. */
    public double[] means() {
        return means.clone();
    }

    /** The mean score of a mix, as {@link StaticMixRouter} draws it. */
    public double of(double[] shares) {
        MixDraws draws = new MixDraws(shares, seed);
        double sum = 0;
        for (double[] row : scores) {
            sum += row[draws.next()];
        }
        return sum / scores.size();
    }

    /**
     * The mix nearest to {@code from}, on the line to {@code to}, that reaches a score. Found by
     * bisection.
     *
     * @param from a mix, at whose end of the line the score is lowest
     * @return {@code to} if no other one reaches it
     */
    public double[] atLeast(double alpha, double[] from, double[] to) {
        if (of(from) >= alpha) {
            return from.clone();
        }
        double low = 0;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (of(between(from, to, middle)) >= alpha) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return between(from, to, high);
    }

    private static double[] between(double[] from, double[] to, double share) {
        double[] mix = new double[from.length];
        for (int m = 0; m < mix.length; m++) {
            mix[m] = (1 - share) * from[m] + share * to[m];
        }
        return mix;
    }
}
