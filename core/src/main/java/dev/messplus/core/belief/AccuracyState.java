package dev.messplus.core.belief;

import dev.messplus.core.Priors;
import java.util.Arrays;

/** What is known of one model's accuracy: the state of its {@link Predictor}. */
public final class AccuracyState {

    /**
     * x_m of {@code SgdPredictor}, the bias last: dimensions + 1 elements; empty before the first
     * use.
     */
    public float[] weights = {};

    /** How much better than others {@link BayesPredictor} believes the model to be. */
    public LinearBelief own = new LinearBelief();

    /** Labels learned from. */
    public long labels;

    /** Mean of those labels; {@link Priors#UNKNOWN_ACCURACY} before the first. */
    public double mean = Priors.UNKNOWN_ACCURACY;

    /**
     * Sum of the regressors of the requests in flight that the model is to answer, as far as they
     * were known when each was decided: what a linear forecast of all of them is made of. The first
     * is the number of those whose features are known.
     */
    public double[] inFlightRegressors = {};

    /** Takes a label into the mean. */
    public void count(double score) {
        count(1, score);
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

    /** A request of these regressors goes into flight. */
    void enter(float[] regressors) {
        if (regressors.length > inFlightRegressors.length) {
            inFlightRegressors = Arrays.copyOf(inFlightRegressors, regressors.length);
        }
        for (int i = 0; i < regressors.length; i++) {
            inFlightRegressors[i] += regressors[i];
        }
    }

    /**
     * A request leaves flight.
     *
     * @param number how many of its regressors are in the sum: the first ones
     */
    void leave(float[] regressors, int number) {
        int n = Math.min(number, inFlightRegressors.length);
        for (int i = 0; i < n; i++) {
            inFlightRegressors[i] -= regressors[i];
        }
        // A model that left the zoo and came back never saw its requests of before enter.
        if (inFlightRegressors[0] <= 0) {
            // Exact when empty: rounding must not pile up over years of a stream.
            inFlightRegressors = new double[0];
        }
    }

    /** Forgets what was learned of features; the mean and the number of labels still hold. */
    public void forgetFeatures() {
        weights = new float[0];
        own = new LinearBelief();
        inFlightRegressors = new double[0];
    }
}
