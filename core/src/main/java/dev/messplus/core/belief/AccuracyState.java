package dev.messplus.core.belief;

import dev.messplus.core.Priors;

/** What is known of one model's accuracy: the state of its {@link Predictor}. */
public final class AccuracyState {

    /**
     * x_m of {@code SgdPredictor}, the bias last: dimensions + 1 elements; empty before the first
     * use.
     */
    public float[] weights = {};

    /** How much better than others {@link BayesPredictor} believes the model to be, by features. */
    public LinearBelief own = new LinearBelief();

    /** Labels learned from. */
    public long labels;

    /** Mean of those labels; {@link Priors#UNKNOWN_ACCURACY} before the first. */
    public double mean = Priors.UNKNOWN_ACCURACY;

    /** Takes a label into the mean. */
    public void count(double score) {
        labels++;
        mean += (score - mean) / labels;
    }

    /** Takes several labels into the mean. */
    public void count(long more, double scoreSum) {
        labels += more;
        mean += (scoreSum - more * mean) / Math.max(1, labels);
    }

    /** Begins with this number of labels and their mean. */
    public void begin(long known, double itsMean) {
        labels = known;
        mean = itsMean;
    }

    /** Forgets what was learned of features; the mean and the number of labels still hold. */
    public void forgetFeatures() {
        weights = new float[0];
        own = new LinearBelief();
    }
}
