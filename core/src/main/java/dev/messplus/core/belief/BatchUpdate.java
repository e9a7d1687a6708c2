package dev.messplus.core.belief;

import dev.messplus.core.Priors;
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
 *   of s          L_s + sum_m B        of s and o_m   B        B   = (n / v) G
 *   of o_m        L_m + B              of o_m and o_k 0        h_m = (n / v) g_m
 * </pre>
 *
 * and the linear terms L_s mu_s + sum_m h_m, and L_m mu_m + h_m, where L are the diagonal
 * precisions of the priors and mu their means. It is what n labels of each model teach. With fewer
 * rows than were recorded, it is tempered: the likelihood counts to the power of n / recorded.
 *
 * <p>Beliefs are kept apart, so they become the factorised Gaussian that is nearest to it: one with
 * the exact means, and the precision of each set of weights given the others (Bishop 2006, 10.1.2).
 * For the means, the own weights are eliminated one model after the other (Schur complement), so
 * that no matrix is larger than that of one model.
 */
public final class BatchUpdate {

    private final WarmStart recorded;
    private final LinearBelief shared;
    private final List<OwnWeights> models = new ArrayList<>();

    /** n / v. */
    private final double perRow;

    private final double[][] b;

    /** Precision and linear term of s, the own weights being eliminated. */
    private final double[][] precision;

    private final double[] linear;

    /**
     * An update without any model yet.
     *
     * @param recorded at least one row
     * @param shared what all models share, which has only its prior
     */
    public BatchUpdate(WarmStart recorded, LinearBelief shared) {
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
     * A model's own weights.
     *
     * @param belief what is known of them, which has only its prior
     * @param linear L_m mu_m + h_m
     * @param covariance (L_m + B)^-1
     */
    private record OwnWeights(LinearBelief belief, double[] linear, double[][] covariance) {}

    /**
     * Takes in the labels of a model.
     *
     * @param own what is known of its own weights, which has only its prior
     * @throws IllegalArgumentException if the moments are not those of any rows
     */
    public void add(LinearBelief own, RecordedModel model) {
        int n = b.length;
        double[] ownLinear = new double[n];
        for (int i = 0; i < n; i++) {
            ownLinear[i] = own.priorPrecision(i) * own.weights[i] + perRow * model.moments()[i];
        }
        double[][] covariance = covariance(own, 1);
        double[] alone = Matrices.times(covariance, ownLinear);
        for (int i = 0; i < n; i++) {
            // B - B (L + B)^-1 B = L - L (L + B)^-1 L, and the linear term alike.
            double prior = own.priorPrecision(i);
            precision[i][i] += prior;
            for (int j = 0; j < n; j++) {
                precision[i][j] -= prior * covariance[i][j] * own.priorPrecision(j);
            }
            linear[i] += prior * (alone[i] - own.weights[i]);
        }
        models.add(new OwnWeights(own, ownLinear, covariance));
    }

    /** Has every belief become its part of the posterior. */
    public void finish() {
        double[] s = Matrices.times(inverse(precision), linear);
        double[] bs = Matrices.times(b, s);
        shared.become(
                s,
                Matrices.pack(covariance(shared, models.size())),
                recorded.rows() * models.size());
        for (OwnWeights own : models) {
            double[] unexplained = own.linear.clone();
            for (int i = 0; i < bs.length; i++) {
                unexplained[i] -= bs[i];
            }
            own.belief.become(
                    Matrices.times(own.covariance, unexplained),
                    Matrices.pack(own.covariance),
                    recorded.rows());
        }
    }

    /** (L + k B)^-1: of the weights that a belief is over, given the others. */
    private double[][] covariance(LinearBelief belief, int k) {
        double[][] given = new double[b.length][b.length];
        for (int i = 0; i < b.length; i++) {
            for (int j = 0; j < b.length; j++) {
                given[i][j] = k * b[i][j];
            }
            given[i][i] += belief.priorPrecision(i);
        }
        return inverse(given);
    }

    private static double[][] inverse(double[][] precision) {
        try {
            return Matrices.inverse(precision);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "moments: must be those of recorded rows, which are positive semidefinite", e);
        }
    }
}
