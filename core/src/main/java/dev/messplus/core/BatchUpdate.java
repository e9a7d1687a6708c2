package dev.messplus.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Learns from many rows of recorded outcomes at once, from their means alone.
 *
 * <p>A label of model m is A = (s + o_m)^T x + noise of variance v, with the shared weights s and
 * the model's own o_m. With the means G of x x^T and g_m of A x over n rows, the exact posterior of
 * all weights together is Gaussian, with the precision
 *
 * <pre>
 *   of s          L_s + sum_m B        of s and o_m   B        B = (n / v) G
 *   of o_m        L_m + B              of o_m and o_k 0        h_m = (n / v) g_m
 * </pre>
 *
 * and the linear term L_s mu_s + sum_m h_m, and L_m mu_m + h_m, where L are the diagonal precisions
 * of the priors and mu their means. That is what n labels of each model tell; with fewer rows than
 * were recorded, it is their likelihood to the power of n / recorded, a tempered posterior. Each
 * belief becomes its marginal, as {@link LinearBelief#kalmanUpdate} has it after a label. The own
 * weights are independent given s, so they are eliminated one model after the other (Schur
 * complement), and no matrix is larger than that of one model.
 */
final class BatchUpdate {

    private final WarmStart recorded;
    private final LinearBelief shared;
    private final List<OwnWeights> models = new ArrayList<>();

    /** n / v. */
    private final double perRow;

    private final double[][] b;

    /** Precision and linear term of the shared weights, the own ones being eliminated. */
    private final double[][] precision;

    private final double[] linear;

    /**
     * An update without any model yet.
     *
     * @param recorded at least one row
     * @param shared what all models share, which has only its prior
     */
    BatchUpdate(WarmStart recorded, LinearBelief shared) {
        this.recorded = recorded;
        this.shared = shared;
        perRow = recorded.rows() / Priors.LABEL_VARIANCE;
        b = Matrices.unpack(recorded.moments(), perRow);
        precision = new double[b.length][b.length];
        linear = new double[b.length];
        for (int i = 0; i < b.length; i++) {
            precision[i][i] = shared.priorPrecision(i);
            linear[i] = shared.priorPrecision(i) * shared.weights[i];
        }
    }

    /**
     * A model's own weights as they are given s.
     *
     * @param own what is known of them, which has only its prior
     * @param prior the diagonal of L_m
     * @param linear L_m mu_m + h_m
     * @param covariance (L_m + B)^-1
     */
    private record OwnWeights(
            LinearBelief own, double[] prior, double[] linear, double[][] covariance) {}

    /**
     * Takes in the labels of a model.
     *
     * @param own what is known of its own weights, which has only its prior
     * @throws IllegalArgumentException if the moments are not those of any rows
     */
    void add(LinearBelief own, RecordedModel model) {
        int n = b.length;
        double[] prior = new double[n];
        double[] term = new double[n];
        double[][] given = new double[n][];
        for (int i = 0; i < n; i++) {
            prior[i] = own.priorPrecision(i);
            term[i] = prior[i] * own.weights[i] + perRow * model.moments()[i];
            given[i] = b[i].clone();
            given[i][i] += prior[i];
        }
        double[][] covariance = inverse(given);
        double[] mean = Matrices.times(covariance, term);
        for (int i = 0; i < n; i++) {
            // B - B (L + B)^-1 B = L - L (L + B)^-1 L, and h - B (L + B)^-1 (L mu + h) alike.
            precision[i][i] += prior[i];
            for (int j = 0; j < n; j++) {
                precision[i][j] -= prior[i] * covariance[i][j] * prior[j];
            }
            linear[i] += prior[i] * (mean[i] - own.weights[i]);
        }
        models.add(new OwnWeights(own, prior, term, covariance));
    }

    private static double[][] inverse(double[][] precision) {
        try {
            return Matrices.inverse(precision);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "moments: must be those of recorded rows, which are positive semidefinite", e);
        }
    }

    /** Has every belief become its posterior. */
    void finish() {
        double[][] covariance = inverse(precision);
        shared.become(
                Matrices.times(covariance, linear),
                Matrices.pack(covariance),
                recorded.rows() * models.size());
        models.forEach(model -> finish(model, covariance));
    }

    private void finish(OwnWeights model, double[][] sharedCovariance) {
        int n = b.length;
        double[] unexplained = Matrices.times(b, shared.weights);
        // (L + B)^-1 B = I - (L + B)^-1 L: by how much o_m falls where s rises.
        double[][] response = new double[n][n];
        for (int i = 0; i < n; i++) {
            unexplained[i] = model.linear[i] - unexplained[i];
            for (int j = 0; j < n; j++) {
                response[i][j] = (i == j ? 1 : 0) - model.covariance[i][j] * model.prior[j];
            }
        }
        double[][] covariance = Matrices.congruent(response, sharedCovariance);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                covariance[i][j] += model.covariance[i][j];
            }
        }
        model.own.become(
                Matrices.times(model.covariance, unexplained),
                Matrices.pack(covariance),
                recorded.rows());
    }
}
