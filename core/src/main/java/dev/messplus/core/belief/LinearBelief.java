package dev.messplus.core.belief;

import dev.messplus.core.Priors;
import java.util.Arrays;

/**
 * A Gaussian posterior over the weights of a linear function of regressors, the first of which is
 * the constant 1: Bayesian linear regression (Bishop, "Pattern Recognition and Machine Learning",
 * 2006, 3.3). More regressors may come with time ({@link KernelFeatures}): those that a belief does
 * not have yet have their prior.
 *
 * <p>Weights may drift. With every label the covariance moves a little towards the prior's, so old
 * labels fade, and the posterior neither becomes certain nor less certain than the prior in any
 * direction (a stationary drift of the state: West, Harrison, "Bayesian Forecasting and Dynamic
 * Models", 1997).
 */
public final class LinearBelief {

    /** Expected weights, that of the constant first; empty before the first use. */
    public double[] weights = {};

    /** Covariance P of the weights: the lower triangle, row by row. */
    public double[] covariance = {};

    /** Prior variance of the constant. */
    public double constantVariance;

    /** Prior variance of every other weight. */
    public double slopeVariance;

    /** Labels learned from. */
    public long labels;

    /** P x of the regressors that {@link #project} was last called with; scratch. */
    private transient double[] projection;

    /** Whether {@link #begin} was never called. */
    public boolean isEmpty() {
        return weights.length == 0;
    }

    /**
     * Begins with the prior: independent weights, and the constant alone as regressor.
     *
     * @param constant expected constant
     * @param constantVariance its variance
     * @param slopeVariance variance of every other weight, whose mean is 0
     */
    public void begin(double constant, double constantVariance, double slopeVariance) {
        weights = new double[] {constant};
        covariance = new double[] {constantVariance};
        this.constantVariance = constantVariance;
        this.slopeVariance = slopeVariance;
        labels = 0;
    }

    /** Has at least this number of regressors. */
    private void grow(int regressors) {
        int before = weights.length;
        if (regressors > before) {
            weights = Arrays.copyOf(weights, regressors);
            covariance = Arrays.copyOf(covariance, packed(regressors));
            for (int i = before; i < regressors; i++) {
                covariance[diagonal(i)] = slopeVariance;
            }
        }
    }

    private double priorVariance(int weight) {
        return weight == 0 ? constantVariance : slopeVariance;
    }

    /** Expected value of the function. */
    public double mean(float[] x) {
        int n = Math.min(x.length, weights.length);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += weights[i] * x[i];
        }
        return sum;
    }

    /** Expected sum of its values, of the sum of several regressors. */
    double mean(double[] sums) {
        int n = Math.min(sums.length, weights.length);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += weights[i] * sums[i];
        }
        return sum;
    }

    /** The most that {@link #variance} can be: the squares of all but the constant sum up to 1. */
    double mostVariance() {
        return slopeVariance + constantVariance;
    }

    /** Variance of the function's value: x^T P x, over the lower triangle alone. */
    public double variance(float[] x) {
        int order = Math.min(x.length, weights.length);
        double sum = 0;
        for (int i = 0; i < order; i++) {
            int at = packed(i);
            sum += x[i] * (2 * product(at, x, i) + covariance[at + i] * x[i]);
        }
        for (int i = order; i < x.length; i++) {
            sum += slopeVariance * x[i] * x[i];
        }
        return Math.max(0, sum);
    }

    /**
     * The first n elements of a row, which begins at an index, times those of x. Four sums at a
     * time: each is a chain of additions that wait for each other, and a processor can work on
     * several chains at once.
     */
    private double product(int at, float[] x, int n) {
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        int j = 0;
        for (; j + 3 < n; j += 4) {
            sum0 += covariance[at + j] * x[j];
            sum1 += covariance[at + j + 1] * x[j + 1];
            sum2 += covariance[at + j + 2] * x[j + 2];
            sum3 += covariance[at + j + 3] * x[j + 3];
        }
        for (; j < n; j++) {
            sum0 += covariance[at + j] * x[j];
        }
        return sum0 + sum1 + (sum2 + sum3);
    }

    /**
     * Learns from one noisy value of a linear combination of functions: the Kalman filter's update
     * of each. The variances share out the error. The correlation of the posteriors that follows is
     * neglected. Nothing is learned from values that are not finite.
     *
     * @param beliefs the functions
     * @param coefficients of each
     * @param value value of the combination, with noise: the mean of some labels
     * @param noise variance of the noise of that mean
     * @param labels number of the labels, at least 1
     */
    static void learn(
            LinearBelief[] beliefs,
            double[] coefficients,
            float[] x,
            double value,
            double noise,
            long labels) {
        double drift =
                labels == 1
                        ? Priors.DRIFT_PER_LABEL
                        : -Math.expm1(labels * Math.log1p(-Priors.DRIFT_PER_LABEL));
        double error = value;
        double variance = noise;
        for (int i = 0; i < beliefs.length; i++) {
            beliefs[i].grow(x.length);
            error -= coefficients[i] * beliefs[i].mean(x);
            variance += coefficients[i] * coefficients[i] * beliefs[i].project(x);
        }
        if (Double.isFinite(error / variance)) {
            for (int i = 0; i < beliefs.length; i++) {
                beliefs[i].update(coefficients[i], error, variance, drift);
                beliefs[i].labels += labels;
            }
        }
    }

    /** Fills in the projection P x, and returns the variance x^T P x. */
    private double project(float[] x) {
        double[] px = scratch();
        for (int i = 0; i < px.length; i++) {
            int at = packed(i);
            addMultiple(px, x[i], at, i);
            px[i] = product(at, x, i) + covariance[at + i] * x[i];
        }
        double variance = 0;
        for (int i = 0; i < px.length; i++) {
            variance += px[i] * x[i];
        }
        return Math.max(0, variance);
    }

    /** Adds a multiple of the first n elements of a row. */
    private void addMultiple(double[] to, double times, int at, int n) {
        for (int j = 0; j < n; j++) {
            to[j] += covariance[at + j] * times;
        }
    }

    private double[] scratch() {
        if (projection == null || projection.length != weights.length) {
            projection = new double[weights.length];
        }
        return projection;
    }

    /**
     * P &lt;- P - c^2 P x x^T P / variance, with the drift, and the weights &lt;- weights + c P x
     * error / variance, where c is the coefficient and P x the {@link #projection}.
     */
    private void update(double coefficient, double error, double variance, double drift) {
        double keep = 1 - drift;
        int at = 0;
        for (int i = 0; i < weights.length; i++) {
            double gain = coefficient * projection[i] / variance;
            double fall = coefficient * gain;
            weights[i] += gain * error;
            for (int j = 0; j <= i; j++) {
                covariance[at + j] = keep * (covariance[at + j] - fall * projection[j]);
            }
            at += i + 1;
            covariance[at - 1] += drift * priorVariance(i);
        }
    }

    /** Where a row of the lower triangle begins. */
    private static int packed(int row) {
        return row * (row + 1) / 2;
    }

    private static int diagonal(int i) {
        return i * (i + 3) / 2;
    }
}
