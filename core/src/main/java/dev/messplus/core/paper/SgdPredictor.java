package dev.messplus.core.paper;

import dev.messplus.core.belief.AccuracyState;
import dev.messplus.core.belief.EarlierLabel;
import dev.messplus.core.belief.LabelSums;
import dev.messplus.core.belief.Predictor;
import java.util.List;

/**
 * The predictor of the paper: Ahat(x, a) = w . a + b, trained by stochastic gradient descent on the
 * squared error.
 */
public final class SgdPredictor implements Predictor {

    private final AccuracyState state;
    private final double learningRate;

    /**
     * A predictor over its state.
     *
     * @param learningRate step size eta, above 0
     */
    public SgdPredictor(AccuracyState state, double learningRate) {
        this.state = state;
        this.learningRate = learningRate;
    }

    @Override
    public void prepare(int dimensions) {
        if (state.weights.length != dimensions + 1) {
            state.weights = new float[dimensions + 1];
        }
    }

    @Override
    public double predict(float[] features) {
        return features == null ? state.mean : linear(features);
    }

    /** Gradient descent does not estimate it. */
    @Override
    public double deviation(float[] features) {
        return 0;
    }

    /**
     * x &lt;- x - eta grad (Ahat(x, a) - A)^2, where the gradient is 2 (Ahat - A) (a, 1), whatever
     * the noise and the labels of other answers.
     */
    @Override
    public void learn(float[] features, double score, double noise, List<EarlierLabel> earlier) {
        if (features != null) {
            descend(features, score);
        }
        state.count(score);
    }

    /** Only the mean learns: gradient descent needs the labels one by one. */
    @Override
    public void learn(LabelSums sums) {
        state.count(sums.labels, sums.scoreSum);
    }

    private void descend(float[] features, double score) {
        int bias = features.length;
        if (state.weights.length == 0) {
            prepare(bias);
        }
        float[] weights = state.weights;
        if (weights.length != bias + 1) {
            return;
        }
        double slope = 2 * (linear(features) - score);
        for (int i = 0; i < bias; i++) {
            weights[i] -= (float) (learningRate * slope * features[i]);
        }
        weights[bias] -= (float) (learningRate * slope);
    }

    private double linear(float[] features) {
        float[] weights = state.weights;
        if (weights.length != features.length + 1) {
            return 0;
        }
        double sum = weights[features.length];
        for (int i = 0; i < features.length; i++) {
            sum += weights[i] * features[i];
        }
        return sum;
    }
}
