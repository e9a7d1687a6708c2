package dev.messplus.core;

/**
 * Predicts one model's accuracy on a prompt from the prompt's features, learning online.
 *
 * <p>{@link Policy.Learner#BAYES}: the sum of two linear functions, one that all models share, for
 * some prompts are hard for all of them, and the model's own. What one model's label says of the
 * first, it says of all models. {@link Policy.Learner#LINEAR_SGD}: w . x + b, SGD on squared error;
 * the paper's.
 */
public final class AccuracyPredictor {

    /** Variance of a label around its expectation; that of a fair coin is .25. */
    private static final double NOISE = 0.2;

    /**
     * Variance of how much better a model is than others on a typical prompt: .06 or so, squared.
     */
    private static final double CONSTANT_VARIANCE = 0.004;

    /** Variance of what each feature adds to that. */
    private static final double SLOPE_VARIANCE = 0.015;

    /** How much better the last model of a zoo is thought to be than the middle one, untried. */
    private static final double ADVANTAGE = 0.12;

    /** Labels of a typical prompt that know as much as is known without any. */
    private static final double PRIOR_LABELS = NOISE / CONSTANT_VARIANCE;

    /** Labels of another release's features that a new belief begins with at most. */
    private static final double MOST_INHERITED = 100;

    /** Accuracy of a model that nothing is known of. */
    private static final double UNKNOWN = 0.5;

    /** Weights of SGD, the bias last; dimensions + 1 elements, empty before the first label. */
    public float[] weights = {};

    /** How much better the model is believed to be than others, by a prompt's features. */
    public LinearBelief own = new LinearBelief();

    /** Labels learned from. */
    public long labels;

    /** Mean of those labels; 0.5 before the first. */
    public double mean = UNKNOWN;

    /**
     * Begins anew if features are not as many as before; labels and mean still hold.
     *
     * @param rank where the model stands in its zoo, from -1 to 1
     */
    void prepare(Policy.Learner learner, int dimensions, double rank) {
        if (learner == Policy.Learner.LINEAR_SGD) {
            if (weights.length != dimensions + 1) {
                weights = new float[dimensions + 1];
            }
        } else if (!own.isOver(dimensions)) {
            double inherited = Math.min(labels, MOST_INHERITED);
            double known = PRIOR_LABELS + inherited;
            double constant = PRIOR_LABELS * ADVANTAGE * rank + inherited * (mean - UNKNOWN);
            own.begin(dimensions, constant / known, NOISE / known, SLOPE_VARIANCE);
        }
    }

    /** Begins anew with the next features; labels and mean still hold. */
    void forgetFeatures() {
        weights = new float[0];
        own = new LinearBelief();
    }

    /**
     * Predicts the accuracy of an answer.
     *
     * @param learner the learner this predictor is trained with
     * @param shared what all models have in common
     * @param features the prompt's features; {@code null} where something else made them
     * @return the expected accuracy; a little below 0 or above 1 at times; the running mean where
     *     there are none, or more or fewer than it learned on
     */
    double predict(Policy.Learner learner, SharedState shared, float[] features) {
        if (features == null) {
            return mean;
        }
        if (learner == Policy.Learner.LINEAR_SGD) {
            return sgd(features);
        }
        return fits(shared, features) ? shared.accuracy.mean(features) + own.mean(features) : mean;
    }

    /** How far off the model's own part may be, as a standard deviation. */
    double deviation(float[] features) {
        return own.isOver(features.length) ? Math.sqrt(own.variance(features)) : 0;
    }

    /**
     * Learns from one label; only the mean, where the features are not those of {@link #prepare},
     * or {@code null}.
     *
     * @param score the observed accuracy, in [0, 1]
     * @param eta the step size of SGD
     */
    void learn(
            Policy.Learner learner,
            SharedState shared,
            float[] features,
            double score,
            double eta) {
        if (features != null && learner == Policy.Learner.LINEAR_SGD) {
            learnSgd(features, score, eta);
        } else if (features != null
                && fits(shared, features)
                && LinearBelief.explain(shared.accuracy, own, features, score, NOISE)) {
            shared.include(features);
        }
        labels++;
        mean += (score - mean) / labels;
    }

    private void learnSgd(float[] features, double score, double eta) {
        int bias = features.length;
        if (weights.length == 0) {
            weights = new float[bias + 1];
        }
        if (weights.length != bias + 1) {
            return;
        }
        double slope = 2 * (sgd(features) - score);
        for (int i = 0; i < bias; i++) {
            weights[i] -= (float) (eta * slope * features[i]);
        }
        weights[bias] -= (float) (eta * slope);
    }

    private double sgd(float[] features) {
        if (weights.length != features.length + 1) {
            return 0;
        }
        double sum = weights[features.length];
        for (int i = 0; i < features.length; i++) {
            sum += weights[i] * features[i];
        }
        return sum;
    }

    private boolean fits(SharedState shared, float[] features) {
        return own.isOver(features.length) && shared.accuracy.isOver(features.length);
    }
}
