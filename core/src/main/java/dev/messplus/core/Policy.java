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
 * @param explorationBudget share of all other energy that asking a second model to learn may add,
 *     at least 0; beside the draws X_t
 * @param tries requests that every model but the dearest is tried with at first, at least 0
 * @param headStart requests that the queue is thought to be behind by at first, at least 0
 * @param credit requests that Q may be ahead of the promise by, at least 0
 * @param leastPressure weight of accuracy however far ahead answers are, in requests, at least 0
 * @param confidence standard deviations of what is not known of past requests that decisions make
 *     good for, at least 0
 * @param inFlightDrift whether decisions see Q + D instead of Q alone
 * @param learnFromServed whether a label of an exploit step trains its model's predictor
 * @param normaliseEnergy whether joules are divided by the mean of the most accurate model, which
 *     gives V the same meaning in every zoo
 * @param learner how predictors learn
 * @param learningRate step size eta, above 0
 * @param expiry what a request counts as when its label never comes
 * @param seed of the exploration draws
 * @param shards queues that share the requests evenly, at least 1; the rest is of all together
 */
public record Policy(
        double alpha,
        double v,
        int window,
        double tolerance,
        double explorationRate,
        double explorationFloor,
        double explorationBudget,
        int tries,
        double headStart,
        double credit,
        double leastPressure,
        double confidence,
        boolean inFlightDrift,
        boolean learnFromServed,
        boolean normaliseEnergy,
        Learner learner,
        double learningRate,
        Expiry expiry,
        long seed,
        int shards)
        implements Serializable {

    /** How an {@link AccuracyPredictor} learns. */
    public enum Learner {
        /** Linear model, SGD on squared error; the paper's. */
        LINEAR_SGD,
        /**
         * Bayesian linear regression, what models have in common learned in common; the stream's.
         */
        BAYES
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

    /** Share of the tolerated deficit that may be V's doing. */
    private static final double V_SHARE = 0.2;

    /** Least margin of the best model over alpha to reckon with. */
    private static final double LEAST_MARGIN = 0.02;

    public Policy {
        require(alpha >= 0 && alpha <= 1, "alpha", "between 0 and 1", alpha);
        require(Double.isNaN(v) || isFinite(v, 0), "v", "finite and at least 0", v);
        require(window >= ScoreWindow.STEPS, "window", "at least " + ScoreWindow.STEPS, window);
        require(tolerance >= 0 && tolerance <= 1, "tolerance", "between 0 and 1", tolerance);
        require(
                explorationFloor >= 0 && explorationFloor <= 1,
                "explorationFloor",
                "between 0 and 1",
                explorationFloor);
        requireAmount("explorationRate", explorationRate);
        requireAmount("explorationBudget", explorationBudget);
        requireAmount("tries", tries);
        requireAmount("headStart", headStart);
        requireAmount("credit", credit);
        requireAmount("leastPressure", leastPressure);
        requireAmount("confidence", confidence);
        require(
                isFinite(learningRate, Double.MIN_VALUE),
                "learningRate",
                "finite and above 0",
                learningRate);
        require(shards >= 1, "shards", "at least 1", shards);
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
                0,
                0,
                0,
                0,
                0,
                false,
                false,
                false,
                Learner.LINEAR_SGD,
                0.1,
                Expiry.AS_PREDICTED,
                0,
                1);
    }

    /** The algorithm for a stream, where labels come late, out of order, twice or never. */
    public static Policy stream(double alpha) {
        double explorationBudget = 0.05;
        int tries = 4;
        double headStart = 12;
        double credit = 50;
        double leastPressure = 0.5;
        double confidence = 1.3;
        return new Policy(
                alpha,
                AUTO_V,
                10_000,
                0.01,
                0,
                0,
                explorationBudget,
                tries,
                headStart,
                credit,
                leastPressure,
                confidence,
                true,
                true,
                true,
                Learner.BAYES,
                0.1,
                Expiry.AS_PREDICTED,
                0,
                1);
    }

    /** Length of the sliding window of one shard: its part of the whole one. */
    public int shardWindow() {
        return Math.max(ScoreWindow.STEPS, window / shards);
    }

    /** Requests of one shard that a model is tried with: its part, and no less than one. */
    public int shardTries() {
        return (tries + shards - 1) / shards;
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
     * keeps its margin on every prompt, exploit steps raise Q above V / (A_best - alpha) by no more
     * than alpha: from there on, a model short of alpha no longer has the least objective. The
     * shortfall of any stretch of requests is at most what Q grew by over it. V is such that this
     * takes a fifth of the deficit that the owner tolerates, window x tolerance requests; the rest
     * is for what no V can help: scores that are random around their mean, and all that is asked
     * before the first labels come. V = window x tolerance x (A_best - alpha) / 5.
     *
     * <p>The margin counts as at least 0.02. In a zoo that can only just meet alpha, or cannot, Q
     * grows until energy no longer counts, whatever V is; until then, a V of 0 would pay any price
     * for next to nothing.
     *
     * @param bestAccuracy mean accuracy of the best model, in [0, 1]
     */
    public double effectiveV(double bestAccuracy) {
        return Double.isNaN(v) ? autoV(bestAccuracy) : v;
    }

    private double autoV(double bestAccuracy) {
        double margin = Math.max(LEAST_MARGIN, bestAccuracy - alpha);
        return V_SHARE * window * tolerance * margin;
    }

    private static boolean isFinite(double value, double least) {
        return value >= least && value < Double.POSITIVE_INFINITY;
    }

    private static void requireAmount(String field, double value) {
        require(isFinite(value, 0), field, "finite and at least 0", value);
    }

    private static void require(boolean holds, String field, String rule, double value) {
        if (!holds) {
            throw new IllegalArgumentException(field + ": must be " + rule + ", was " + value);
        }
    }
}
