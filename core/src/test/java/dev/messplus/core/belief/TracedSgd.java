package dev.messplus.core.belief;

import dev.messplus.core.paper.SgdPredictor;
import java.util.List;

/**
 * The paper's predictor under the stream's rule, which can be followed by hand. It also forecasts
 * requests in flight: as a linear function of their features and 1 does, of sums.
 */
public final class TracedSgd implements Predictor {

    private final AccuracyState state;
    private final SgdPredictor sgd;

    public TracedSgd(AccuracyState state, double learningRate) {
        this.state = state;
        sgd = new SgdPredictor(state, learningRate);
    }

    @Override
    public void prepare(int dimensions) {
        sgd.prepare(dimensions);
    }

    @Override
    public double predict(float[] features) {
        return sgd.predict(features);
    }

    @Override
    public double deviation(float[] features) {
        return sgd.deviation(features);
    }

    @Override
    public void learn(float[] features, double score, double noise, List<EarlierLabel> earlier) {
        sgd.learn(features, score, noise, earlier);
    }

    @Override
    public void learn(LabelSums sums) {
        sgd.learn(sums);
    }

    @Override
    public int enter(float[] features) {
        boolean known = features != null && KernelFeatures.areNumbers(features);
        if (known) {
            state.enter(regressors(features));
        }
        return known ? features.length + 1 : 0;
    }

    @Override
    public void leave(float[] features, int regressors) {
        if (features != null && regressors > 0 && state.inFlightRegressors.length > 0) {
            state.leave(regressors(features), regressors);
        }
    }

    @Override
    public double inFlightScore(long requests) {
        double[] sums = state.inFlightRegressors;
        double known = sums.length == 0 ? 0 : sums[0];
        double sum = (requests - known) * state.mean;
        if (sums.length == state.weights.length && known > 0) {
            sum += known * state.weights[sums.length - 1];
            for (int i = 1; i < sums.length; i++) {
                sum += sums[i] * state.weights[i - 1];
            }
        }
        return sum;
    }

    private static float[] regressors(float[] features) {
        float[] x = new float[features.length + 1];
        x[0] = 1;
        System.arraycopy(features, 0, x, 1, features.length);
        return x;
    }
}
