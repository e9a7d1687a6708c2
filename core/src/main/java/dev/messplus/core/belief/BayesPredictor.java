package dev.messplus.core.belief;

import dev.messplus.core.Priors;

/**
 * The predictor of the stream's rule, by Bayesian linear regression, see {@link LinearBelief}.
 *
 * <p>Ahat is the sum of two linear functions of the features: one that all models share, because
 * some prompts are hard for all of them, and the model's own. A label of one model updates the
 * shared part, and so the forecast of every model.
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
        shared.prepare(dimensions, zooScore);
        if (!state.own.isOver(dimensions)) {
            begin(dimensions);
        }
    }

    @Override
    public void prepareIfNew(int dimensions) {
        if (shared.accuracy.isEmpty()) {
            shared.prepare(dimensions, zooScore);
        }
        if (state.own.isEmpty()) {
            begin(dimensions);
        }
    }

    /**
     * Begins with slopes of 0. The constant is by how much the model is better than the zoo: the
     * mean of what its owner expects, which counts as some labels, and the labels of an earlier
     * embedding, which are capped.
     */
    private void begin(int dimensions) {
        double inherited = Math.min(state.labels, Priors.MAX_INHERITED_LABELS);
        double known = Priors.OWN_PRIOR_LABELS + inherited;
        double constant =
                Priors.OWN_PRIOR_LABELS * (expectedScore - zooScore)
                        + inherited * (state.mean - zooScore);
        state.own.begin(
                dimensions,
                constant / known,
                Priors.LABEL_VARIANCE / known,
                Priors.OWN_SLOPE_VARIANCE);
    }

    @Override
    public double predict(float[] features) {
        return features != null && fits(features)
                ? shared.accuracy.mean(features) + state.own.mean(features)
                : state.mean;
    }

    @Override
    public double deviation(float[] features) {
        return state.own.isOver(features.length) ? Math.sqrt(state.own.variance(features)) : 0;
    }

    @Override
    public double mostDeviation(double sumOfSquares) {
        return Math.sqrt(state.own.priorVarianceOf(sumOfSquares));
    }

    @Override
    public double priorLeft() {
        return state.own.isEmpty()
                ? 1
                : Math.min(1, state.own.varianceOfConstant() / Priors.OWN_CONSTANT_VARIANCE);
    }

    @Override
    public void learn(float[] features, double score, double noise) {
        if (features != null && fits(features)) {
            LinearBelief.kalmanUpdate(shared.accuracy, state.own, features, score, noise);
        }
        state.count(score);
    }

    @Override
    public void learn(LabelSums sums, JointUpdate update) {
        if (sums.rows > 0 && fits(sums.dimensions)) {
            learnRows(sums, update);
        }
        state.count(sums.labels, sums.scoreSum);
    }

    private void learnRows(LabelSums sums, JointUpdate update) {
        if (!sums.isSeparate()) {
            update.add(state.own, sums);
            return;
        }
        for (int row = 0; row < sums.rows; row++) {
            LinearBelief.kalmanUpdate(
                    shared.accuracy,
                    state.own,
                    sums.featuresOf(row),
                    sums.scores[row],
                    Priors.LABEL_VARIANCE);
        }
    }

    private boolean fits(float[] features) {
        return fits(features.length);
    }

    private boolean fits(int dimensions) {
        return state.own.isOver(dimensions) && shared.accuracy.isOver(dimensions);
    }
}
