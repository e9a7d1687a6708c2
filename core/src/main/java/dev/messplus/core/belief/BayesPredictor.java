package dev.messplus.core.belief;

import dev.messplus.core.Priors;
import java.util.List;

/**
 * The predictor of the stream's rule, by Bayesian linear regression on {@link KernelFeatures}, see
 * {@link LinearBelief}.
 *
 * <p>Ahat is the sum of two functions of the prompt: one that all models share, because some
 * prompts are hard for all of them, and the model's own. A label of one model updates the shared
 * part, and so the forecast of every model. The labels of several answers to one prompt are
 * compared ({@link PromptNoise}).
 */
public final class BayesPredictor implements Predictor {

    private final SharedState shared;
    private final AccuracyState state;
    private final double zooScore;
    private final double expectedScore;

    /**
     * A predictor over its state.
     *
     * @param expectedScore accuracy that is expected of the model; {@code NaN} if unknown
     * @param zooScore accuracy that is expected of the zoo before its first label: alpha
     */
    public BayesPredictor(
            SharedState shared, AccuracyState state, double expectedScore, double zooScore) {
        this.shared = shared;
        this.state = state;
        this.zooScore = zooScore;
        this.expectedScore = Double.isNaN(expectedScore) ? zooScore : expectedScore;
    }

    @Override
    public void prepare(int dimensions) {
        shared.prepare(zooScore);
        if (state.own.isEmpty()) {
            begin();
        }
    }

    /**
     * Begins with the constant alone. It is by how much the model is better than the zoo: the mean
     * of what its owner expects, which counts as some labels, and the labels of an earlier
     * embedding, which are capped.
     */
    private void begin() {
        double inherited = Math.min(state.labels, Priors.MAX_INHERITED_LABELS);
        double known = Priors.OWN_PRIOR_LABELS + inherited;
        double constant =
                Priors.OWN_PRIOR_LABELS * (expectedScore - zooScore)
                        + inherited * (state.mean - zooScore);
        state.own.begin(constant / known, Priors.LABEL_VARIANCE / known, Priors.OWN_SLOPE_VARIANCE);
    }

    @Override
    public double predict(float[] features) {
        return isKnown(features) ? mean(state, regressors(features)) : state.mean;
    }

    private double mean(AccuracyState model, float[] x) {
        return shared.accuracy.mean(x) + model.own.mean(x);
    }

    @Override
    public double deviation(float[] features) {
        return isKnown(features) ? Math.sqrt(state.own.variance(regressors(features))) : 0;
    }

    @Override
    public double mostDeviation() {
        return Math.sqrt(state.own.mostVariance());
    }

    @Override
    public double priceSays() {
        return Priors.PRICE_ADVANTAGE_LABELS / (Priors.PRICE_ADVANTAGE_LABELS + state.labels);
    }

    @Override
    public void learn(float[] features, double score, double noise, List<EarlierLabel> earlier) {
        learnSpread(features, score);
        learn(features, score, noise, 1, earlier);
        state.count(score);
    }

    @Override
    public void learn(LabelSums sums) {
        for (int row = 0; row < sums.rows; row++) {
            long labels = sums.counts[row];
            double mean = sums.scores[row] / labels;
            learn(sums.featuresOf(row), mean, Priors.LABEL_VARIANCE / labels, labels, List.of());
        }
        state.count(sums.labels, sums.scoreSum);
    }

    @Override
    public void learn(
            RecordedPrompts prompts, double score, double weightOfRow, List<EarlierLabel> earlier) {
        if (prompts.rows() == 1) {
            learnSpread(prompts.features(), score);
        }
        double labels = weightOfRow * prompts.rows();
        learn(
                prompts.features(),
                score,
                Priors.LABEL_VARIANCE / labels,
                Math.max(1, Math.round(labels)),
                earlier);
    }

    /** Learns from one label how far labels are from their forecasts. */
    private void learnSpread(float[] features, double score) {
        if (isKnown(features)) {
            double forecast = Predictor.clamped(mean(state, regressors(features)));
            shared.promptNoise.addLabel(score, forecast);
        }
    }

    /**
     * Learns from the mean of several labels of prompts of the same features.
     *
     * @param noise variance of the mean around its forecast
     * @param known means of as many labels of other models, for the same prompts
     */
    private void learn(
            float[] features, double score, double noise, long labels, List<EarlierLabel> known) {
        if (!shared.kernel.knows(features)) {
            return;
        }
        // A model that left the zoo, or came back, has no belief that a label could be compared by.
        List<EarlierLabel> earlier =
                known.stream().filter(label -> !label.model().own.isEmpty()).toList();
        prepare(features.length);
        shared.kernel.see(features);
        float[] x = regressors(features);
        int others = earlier.size();
        double rho = others == 0 ? 0 : shared.promptNoise.correlation();
        double share = rho / (1 + (others - 1) * rho);
        LinearBelief[] beliefs = new LinearBelief[2 + others];
        double[] coefficients = new double[2 + others];
        beliefs[0] = shared.accuracy;
        coefficients[0] = 1 - others * share;
        beliefs[1] = state.own;
        coefficients[1] = 1;
        double value = score;
        for (int i = 0; i < others; i++) {
            EarlierLabel other = earlier.get(i);
            beliefs[2 + i] = other.model().own;
            coefficients[2 + i] = -share;
            value -= share * other.score();
            if (labels == 1) {
                shared.promptNoise.add(
                        score - mean(state, x), other.score() - mean(other.model(), x));
            }
        }
        double left = noise * (1 - others * share * rho);
        LinearBelief.learn(beliefs, coefficients, x, value, left, labels);
    }

    @Override
    public int enter(float[] features) {
        if (!isKnown(features)) {
            return 0;
        }
        shared.kernel.see(features);
        float[] x = regressors(features);
        state.enter(x);
        return x.length;
    }

    @Override
    public void leave(float[] features, int regressors) {
        if (regressors > 0 && state.inFlightRegressors.length > 0 && isKnown(features)) {
            state.leave(regressors(features), regressors);
        }
    }

    @Override
    public double inFlightScore(long requests) {
        double[] sums = state.inFlightRegressors;
        double known = sums.length == 0 ? 0 : sums[0];
        double unknown = requests - known;
        return shared.accuracy.mean(sums) + state.own.mean(sums) + unknown * state.mean;
    }

    private boolean isKnown(float[] features) {
        return shared.kernel.knows(features) && !shared.accuracy.isEmpty() && !state.own.isEmpty();
    }

    private float[] regressors(float[] features) {
        return shared.kernel.regressors(features);
    }
}
