package dev.messplus.core;

/**
 * What the answers of one model to some requests tell, as sums: of their labels the sufficient
 * statistics of Bayesian linear regression (Bishop, "Pattern Recognition and Machine Learning",
 * 2006, 3.3), and of their joules those of discounted least squares. Their size does not depend on
 * the number of requests: 8 KB with 42 features.
 */
public final class ModelSums {

    /** Labels. */
    public long labels;

    /** Sum of the labels. */
    public double scoreSum;

    /** Labels of the prompts whose features are known; the next two fields cover only these. */
    public long rows;

    /**
     * Sum of x x^T, where x is the features of the prompt with a constant 1 as the last: the lower
     * triangle, row by row; empty without rows.
     */
    public double[] moments = {};

    /** Sum of A x, where A is the label: as many elements as x; empty without rows. */
    public double[] scoreMoments = {};

    /** An estimator that saw the measurements of these answers alone. */
    public EnergyEstimator energy = new EnergyEstimator();

    /** Whether the last known joules were estimated, not measured; {@code null} without any. */
    public Boolean energyEstimated;

    /** Until when the model is unavailable, in milliseconds since the epoch; 0 if it is not. */
    public long unavailableUntilMillis;

    /**
     * Adds a label.
     *
     * @param features of the prompt; {@code null} where another embedding made them. Features that
     *     are not as many as those before are left out too
     */
    void label(float[] features, double score) {
        labels++;
        scoreSum += score;
        if (features != null && (rows == 0 || features.length + 1 == scoreMoments.length)) {
            addRow(features, score);
        }
    }

    private void addRow(float[] features, double score) {
        int last = features.length;
        if (rows == 0) {
            moments = new double[Matrices.packedLength(last + 1)];
            scoreMoments = new double[last + 1];
        }
        rows++;
        int at = 0;
        for (int i = 0; i < last; i++) {
            double x = features[i];
            scoreMoments[i] += x * score;
            for (int j = 0; j <= i; j++) {
                moments[at + j] += x * features[j];
            }
            at += i + 1;
        }
        scoreMoments[last] += score;
        for (int j = 0; j < last; j++) {
            moments[at + j] += features[j];
        }
        moments[at + last]++;
    }

    /** Number of features; -1 without rows. */
    int dimensions() {
        return scoreMoments.length - 1;
    }

    /** Takes in the sums of other requests, as if these had come in turn with its own. */
    void add(ModelSums other) {
        labels += other.labels;
        scoreSum += other.scoreSum;
        addRows(other);
        energy.interleave(other.energy);
        energyEstimated = other.energyEstimated == null ? energyEstimated : other.energyEstimated;
        unavailableUntilMillis = Math.max(unavailableUntilMillis, other.unavailableUntilMillis);
    }

    private void addRows(ModelSums other) {
        if (rows == 0) {
            moments = other.moments.clone();
            scoreMoments = other.scoreMoments.clone();
            rows = other.rows;
        } else if (scoreMoments.length == other.scoreMoments.length) {
            Matrices.add(moments, other.moments);
            Matrices.add(scoreMoments, other.scoreMoments);
            rows += other.rows;
        }
    }
}
