package dev.messplus.core;

/**
 * Predicts one model's accuracy on a prompt from the prompt's features, learning online.
 *
 * <p>{@link Policy.Learner#LOGISTIC_ADAGRAD}: sigmoid(w . x + b), cross-entropy, AdaGrad (Duchi,
 * Hazan, Singer 2011), fractional labels allowed. It is gated: while its prequential loss (squared
 * error of forecasts made before the label was seen, recent ones weighing more) is above that of
 * the plain running mean, the mean is the prediction. {@link Policy.Learner#LINEAR_SGD}: w . x + b,
 * SGD on squared error, no gate; the paper's.
 */
public final class AccuracyPredictor {

    private static final double FORGETTING = 0.995;
    private static final double EPSILON = 1e-8;

    /**
     * Weights of the features, the bias last; dimensions + 1 elements, empty before the first
     * label.
     */
    public float[] weights = {};

    /** AdaGrad's sums of squared gradients; as long as the weights, or empty for SGD. */
    public float[] squaredGradients = {};

    /** Labels learned from. */
    public long labels;

    /** Mean of those labels; 0.5 before the first. */
    public double mean = 0.5;

    /** Discounted squared error of the learner's forecasts. */
    public double learnerLoss;

    /** Discounted squared error of the running mean's forecasts. */
    public double meanLoss;

    /**
     * Predicts the accuracy of an answer.
     *
     * @param learner the learner this predictor is trained with
     * @param features the prompt's features
     * @return the expected accuracy; in [0, 1] for the logistic learner
     */
    public double predict(Policy.Learner learner, float[] features) {
        if (learner == Policy.Learner.LINEAR_SGD) {
            return raw(features);
        }
        boolean trusted = fits(features) && learnerLoss <= meanLoss;
        return trusted ? sigmoid(raw(features)) : mean;
    }

    /**
     * Learns from one label.
     *
     * @param score the observed accuracy, in [0, 1]
     * @param eta the step size
     */
    public void learn(Policy.Learner learner, float[] features, double score, double eta) {
        if (!fits(features)) {
            startAnew(features.length);
        }
        if (learner == Policy.Learner.LINEAR_SGD) {
            stepSgd(features, 2 * (raw(features) - score), eta);
        } else {
            double forecast = sigmoid(raw(features));
            learnerLoss = FORGETTING * learnerLoss + square(forecast - score);
            meanLoss = FORGETTING * meanLoss + square(mean - score);
            stepAdaGrad(features, forecast - score, eta);
        }
        learnMean(score);
    }

    /** Learns from a label whose prompt has no features that count, the mean alone. */
    void learnMean(double score) {
        labels++;
        mean += (score - mean) / labels;
    }

    /** Whether learning from such features leaves what was learned before. */
    boolean accepts(float[] features) {
        return weights.length == 0 || fits(features);
    }

    /** First label, or there are more or fewer features than before; labels and mean still hold. */
    private void startAnew(int dimensions) {
        weights = new float[dimensions + 1];
        squaredGradients = new float[0];
        learnerLoss = 0;
        meanLoss = 0;
    }

    private void stepSgd(float[] features, double slope, double eta) {
        int bias = features.length;
        for (int i = 0; i < bias; i++) {
            weights[i] -= (float) (eta * slope * features[i]);
        }
        weights[bias] -= (float) (eta * slope);
    }

    private void stepAdaGrad(float[] features, double slope, double eta) {
        if (squaredGradients.length != weights.length) {
            squaredGradients = new float[weights.length];
        }
        int bias = features.length;
        for (int i = 0; i < bias; i++) {
            stepAdaGrad(i, slope * features[i], eta);
        }
        stepAdaGrad(bias, slope, eta);
    }

    private void stepAdaGrad(int i, double gradient, double eta) {
        squaredGradients[i] += (float) square(gradient);
        weights[i] -= (float) (eta * gradient / Math.sqrt(squaredGradients[i] + EPSILON));
    }

    private double raw(float[] features) {
        if (!fits(features)) {
            return 0;
        }
        double sum = weights[features.length];
        for (int i = 0; i < features.length; i++) {
            sum += weights[i] * features[i];
        }
        return sum;
    }

    private boolean fits(float[] features) {
        return weights.length == features.length + 1;
    }

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    private static double square(double z) {
        return z * z;
    }
}
