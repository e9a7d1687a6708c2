package dev.messplus.core;

import java.io.Serializable;

/**
 * What the owner of an SLA decides: the promise and how it is pursued.
 *
 * @param alpha the promise: average accuracy of the answers, in [0, 1]
 * @param v weight V of energy against the queue, at least 0; {@link #AUTO_V} derives it, see {@link
 *     #effectiveV}
 * @param window length in requests of the sliding window the SLA is reported for, at least {@link
 *     ScoreWindow#STEPS}; also the compliance window of {@link #AUTO_V}
 * @param tolerance shortfall of the average that the owner tolerates within the window, in [0, 1]
 * @param explorationRate c of p_t = min(1, c / t^(1/3)), at least 0
 * @param explorationFloor p_min, the least p_t, in [0, 1]; above 0 where traffic drifts
 * @param warmUpLabels labels a model needs before an exploit step may choose it, at least 0
 * @param inFlightDrift whether decisions see Q + D instead of Q alone
 * @param learnFromServed whether a label of an exploit step trains its model's predictor
 * @param normaliseEnergy whether joules are divided by the dearest model's mean, which gives V the
 *     same meaning in every zoo
 * @param learner how predictors learn
 * @param learningRate step size eta, above 0
 * @param expiry what a request counts as when its label never comes
 * @param seed of the exploration draws
 */
public record Policy(
        double alpha,
        double v,
        int window,
        double tolerance,
        double explorationRate,
        double explorationFloor,
        int warmUpLabels,
        boolean inFlightDrift,
        boolean learnFromServed,
        boolean normaliseEnergy,
        Learner learner,
        double learningRate,
        Expiry expiry,
        long seed)
        implements Serializable {

    /** How an {@link AccuracyPredictor} learns. */
    public enum Learner {
        /** Linear model, SGD on squared error; the paper's. */
        LINEAR_SGD,
        /** Logistic model, AdaGrad on cross-entropy, gated by the running mean; the stream's. */
        LOGISTIC_ADAGRAD
    }

    /** What a request counts as in Q when its label never comes. */
    public enum Expiry {
        /** As its predicted accuracy: unbiased as far as the predictor is. */
        AS_PREDICTED,
        /** As accuracy 0: the careful reading; missing labels then buy dearer models. */
        AS_ZERO,
        /** Not at all. */
        IGNORED
    }

    /** Weight that asks for V to be derived from window and tolerance. */
    public static final double AUTO_V = Double.NaN;

    public Policy {
        require(alpha >= 0 && alpha <= 1, "alpha", "between 0 and 1", alpha);
        require(Double.isNaN(v) || isFinite(v, 0), "v", "finite and at least 0", v);
        require(window >= ScoreWindow.STEPS, "window", "at least " + ScoreWindow.STEPS, window);
        require(tolerance >= 0 && tolerance <= 1, "tolerance", "between 0 and 1", tolerance);
        require(
                isFinite(explorationRate, 0),
                "explorationRate",
                "finite and at least 0",
                explorationRate);
        require(
                explorationFloor >= 0 && explorationFloor <= 1,
                "explorationFloor",
                "between 0 and 1",
                explorationFloor);
        require(warmUpLabels >= 0, "warmUpLabels", "at least 0", warmUpLabels);
        require(
                isFinite(learningRate, Double.MIN_VALUE),
                "learningRate",
                "finite and above 0",
                learningRate);
    }

    /** The published algorithm to the letter, with V on joules as they are. */
    public static Policy paper(double alpha, double v, double explorationRate) {
        return new Policy(
                alpha,
                v,
                1_000,
                0.01,
                explorationRate,
                0,
                0,
                false,
                false,
                false,
                Learner.LINEAR_SGD,
                0.1,
                Expiry.AS_PREDICTED,
                0);
    }

    /** The algorithm for a stream, where labels come late, out of order, twice or never. */
    public static Policy stream(double alpha) {
        return new Policy(
                alpha,
                1,
                1_000,
                0.01,
                0.5,
                0.005,
                5,
                true,
                true,
                true,
                Learner.LOGISTIC_ADAGRAD,
                0.1,
                Expiry.AS_PREDICTED,
                0);
    }

    /**
     * The exploration probability p_t of request t.
     *
     * @param t number of the request, from 1
     * @return max(p_min, min(1, c / t^(1/3)))
     */
    public double explorationProbability(long t) {
        return Math.max(explorationFloor, Math.min(1, explorationRate / Math.cbrt((double) t)));
    }

    /**
     * The weight V in force, given how good the best model is.
     *
     * <p>With energies of at most 1, nothing in flight, exact predictions and a best model that
     * keeps its margin on every prompt, exploit steps keep Q at or below V / (A_best - alpha) +
     * alpha: above that, a model short of alpha can no longer have the least objective. The
     * shortfall of any stretch of requests is at most what Q grew by over it. An owner who
     * tolerates a deficit of window x tolerance requests can therefore afford V = (window x
     * tolerance - alpha) (A_best - alpha). Scores that are random around their mean add their own
     * fluctuation, which no V can remove. A zoo whose best model only just meets alpha gets a small
     * V, and one that cannot meet it gets 0, which is best effort.
     *
     * @param bestAccuracy mean accuracy of the best model, in [0, 1]
     */
    public double effectiveV(double bestAccuracy) {
        return Double.isNaN(v) ? autoV(bestAccuracy) : v;
    }

    private double autoV(double bestAccuracy) {
        return Math.max(0, window * tolerance - alpha) * Math.max(0, bestAccuracy - alpha);
    }

    private static boolean isFinite(double value, double least) {
        return value >= least && value < Double.POSITIVE_INFINITY;
    }

    private static void require(boolean holds, String field, String rule, double value) {
        if (!holds) {
            throw new IllegalArgumentException(field + ": must be " + rule + ", was " + value);
        }
    }
}
