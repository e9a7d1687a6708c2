package dev.messplus.core;

import java.io.Serializable;

/**
 * What an owner promises, and how the promise is accounted for, whichever {@link Rule} keeps it.
 *
 * @param alpha the promise: average accuracy of the answers, in [0, 1]
 * @param window length of the sliding window that the average is reported for, in requests, at
 *     least 64
 * @param tolerance shortfall of the average that the owner tolerates within the window, in [0, 1]
 * @param labels where the labels come from
 * @param missingLabel what a request counts as when its label never comes; {@link
 *     MissingLabelPolicy#AS_PREDICTED} where users rate, whose silence has a meaning
 * @param shards number of queues that share the requests evenly, at least 1
 * @param seed seed of the draws X_t, and of lots between equal models
 */
public record Sla(
        double alpha,
        int window,
        double tolerance,
        LabelSource labels,
        MissingLabelPolicy missingLabel,
        int shards,
        long seed)
        implements Serializable {

    public Sla {
        Checks.share("alpha", alpha);
        Checks.atLeast(Priors.WINDOW_STEPS, "window", window);
        Checks.share("tolerance", tolerance);
        Checks.atLeast(1, "shards", shards);
        if (labels.isSelective() && missingLabel != MissingLabelPolicy.AS_PREDICTED) {
            throw new IllegalArgumentException(
                    "missingLabel: must be AS_PREDICTED where users rate, was " + missingLabel);
        }
    }

    /** The defaults for a promise. */
    public static Sla of(double alpha) {
        return custom(alpha).build();
    }

    /** The defaults for a promise, to be changed by name. */
    public static Builder custom(double alpha) {
        return new Builder(alpha);
    }

    /** A copy, to be changed by name. */
    public static Builder from(Sla base) {
        return custom(base.alpha)
                .window(base.window)
                .tolerance(base.tolerance)
                .labels(base.labels)
                .missingLabel(base.missingLabel)
                .shards(base.shards)
                .seed(base.seed);
    }

    /** Length of one shard's sliding window, in requests: its part of the whole one. */
    public int shardWindow() {
        return Math.max(Priors.WINDOW_STEPS, window / shards);
    }

    /** What one shard's labels may fall short of the promise by within its window, in requests. */
    public double toleratedRequests() {
        return shardWindow() * tolerance;
    }

    /**
     * How many answers the label of one stands for in Q, at least 1. Where a share of the answers
     * is rated and the others count as predicted, it is 1 / share: so Q is right on average,
     * however wrong the forecasts are (the augmented inverse-propensity estimator: Robins,
     * Rotnitzky, Zhao, "Estimation of Regression Coefficients When Some Regressors Are Not Always
     * Observed", 1994).
     */
    public double answersPerLabel() {
        boolean audit = labels.kind() == LabelSource.Kind.AUDIT;
        return audit && missingLabel == MissingLabelPolicy.AS_PREDICTED
                ? 1 / labels.ratedShare(1)
                : 1;
    }

    /** Builds an {@link Sla}. */
    public static final class Builder {

        private final double alpha;
        private int window = Priors.WINDOW_REQUESTS;
        private double tolerance = Priors.TOLERANCE;
        private LabelSource labels = LabelSource.scorer();
        private MissingLabelPolicy missingLabel = MissingLabelPolicy.AS_PREDICTED;
        private int shards = 1;
        private long seed;

        private Builder(double alpha) {
            this.alpha = alpha;
        }

        public Builder window(int requests) {
            window = requests;
            return this;
        }

        public Builder tolerance(double shortfall) {
            tolerance = shortfall;
            return this;
        }

        public Builder labels(LabelSource source) {
            labels = source;
            return this;
        }

        public Builder missingLabel(MissingLabelPolicy countsAs) {
            missingLabel = countsAs;
            return this;
        }

        public Builder shards(int queues) {
            shards = queues;
            return this;
        }

        public Builder seed(long ofDraws) {
            seed = ofDraws;
            return this;
        }

        /**
         * Builds it.
         *
         * @throws IllegalArgumentException if a setting is out of range, naming it
         */
        public Sla build() {
            return new Sla(alpha, window, tolerance, labels, missingLabel, shards, seed);
        }
    }
}
