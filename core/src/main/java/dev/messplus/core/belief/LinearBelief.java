package dev.messplus.core.belief;

import dev.messplus.core.Priors;

/**
 * A Gaussian posterior over the weights of a linear function of a prompt's features: Bayesian
 * linear regression (Bishop, "Pattern Recognition and Machine Learning", 2006, 3.3).
 *
 * <p>Weights may drift. With every label the covariance moves a little towards the prior's, so old
 * labels fade, and the posterior neither becomes certain nor less certain than the prior in any
 * direction (a stationary drift of the state: West, Harrison, "Bayesian Forecasting and Dynamic
 * Models", 1997).
 */
public final class LinearBelief {

    /**
     * Expected weights of the features, that of the constant 1 last; empty before the first use.
     */
    public double[] weights = {};

    /** Covariance P of the weights: the lower triangle, row by row. */
    public double[] covariance = {};

    /** Prior variance of the constant. */
    public double constantVariance;

    /** Prior variance of every other weight. */
    public double slopeVariance;

    /** Labels learned from. */
    public long labels;

    /** P x of the features that {@link #project} was last called with; scratch. */
    private transient double[] projection;

    /** Whether {@link #begin} was never called. */
    public boolean isEmpty() {
        return weights.length == 0;
    }

    /** Whether its functions take this number of features. */
    public boolean isOver(int dimensions) {
        return weights.length == dimensions + 1;
    }

    /**
     * Begins with the prior: independent weights, with slopes of mean 0.
     *
     * @param dimensions number of features
     * @param constant expected constant
     * @param constantVariance its variance
     * @param slopeVariance variance of the weight of each feature
     */
    public void begin(
            int dimensions, double constant, double constantVariance, double slopeVariance) {
        weights = new double[dimensions + 1];
        weights[dimensions] = constant;
        covariance = new double[(dimensions + 1) * (dimensions + 2) / 2];
        for (int i = 0; i <= dimensions; i++) {
            covariance[diagonal(i)] = i < dimensions ? slopeVariance : constantVariance;
        }
        this.constantVariance = constantVariance;
        this.slopeVariance = slopeVariance;
        labels = 0;
    }

    /** Prior precision of a weight, which is independent of the others. */
    double priorPrecision(int weight) {
        return 1 / priorVariance(weight);
    }

    private double priorVariance(int weight) {
        return weight < weights.length - 1 ? slopeVariance : constantVariance;
    }

    /**
     * Becomes a posterior under the prior that it began with.
     *
     * @param mean expected weights, that of the constant last
     * @param lowerTriangle their covariance, row by row
     * @param learnedFrom number of labels
     */
    void become(double[] mean, double[] lowerTriangle, long learnedFrom) {
        weights = mean;
        covariance = lowerTriangle;
        labels = learnedFrom;
    }

    /** Expected value of the function. */
    public double mean(float[] features) {
        double sum = weights[features.length];
        for (int i = 0; i < features.length; i++) {
            sum += weights[i] * features[i];
        }
        return sum;
    }

    /**
     * Variance of the function's value under the prior, which {@link #variance} never exceeds.
     *
     * @param sumOfSquares of the features
     */
    double priorVarianceOf(double sumOfSquares) {
        return slopeVariance * sumOfSquares + constantVariance;
    }

    /**
     * Variance of the function's value: x^T P x, over the lower triangle alone.
     *
     * <p>Four rows at a time: a row's sum is a chain of additions that wait for each other, and a
     * processor can work on several chains at once. With 42 features that takes 280 ns instead of
     * 510 (JMH), and it is most of a decision.
     */
    public double variance(float[] features) {
        int order = weights.length;
        double sum = 0;
        int row = 0;
        for (; row < order % 4; row++) {
            sum += oneRow(row, features);
        }
        for (; row < order; row += 4) {
            sum += fourRows(row, features);
        }
        return Math.max(0, sum);
    }

    /** The part of x^T P x of four rows, and of what mirrors them. */
    private double fourRows(int row, float[] features) {
        int at0 = packed(row);
        int at1 = packed(row + 1);
        int at2 = packed(row + 2);
        int at3 = packed(row + 3);
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        for (int j = 0; j < row; j++) {
            double x = features[j];
            sum0 += covariance[at0 + j] * x;
            sum1 += covariance[at1 + j] * x;
            sum2 += covariance[at2 + j] * x;
            sum3 += covariance[at3 + j] * x;
        }
        double x0 = features[row];
        double x1 = features[row + 1];
        double x2 = features[row + 2];
        double x3 = regressor(row + 3, features);
        sum1 += covariance[at1 + row] * x0;
        sum2 += covariance[at2 + row] * x0 + covariance[at2 + row + 1] * x1;
        sum3 += covariance[at3 + row] * x0 + covariance[at3 + row + 1] * x1;
        sum3 += covariance[at3 + row + 2] * x2;
        return x0 * (2 * sum0 + covariance[at0 + row] * x0)
                + x1 * (2 * sum1 + covariance[at1 + row + 1] * x1)
                + x2 * (2 * sum2 + covariance[at2 + row + 2] * x2)
                + x3 * (2 * sum3 + covariance[at3 + row + 3] * x3);
    }

    private double oneRow(int row, float[] features) {
        int at = packed(row);
        double sum = 0;
        for (int j = 0; j < row; j++) {
            sum += covariance[at + j] * features[j];
        }
        double x = regressor(row, features);
        return x * (2 * sum + covariance[at + row] * x);
    }

    /** An element of x: the features, with a constant 1 as the last. */
    private static double regressor(int i, float[] features) {
        return i < features.length ? features[i] : 1;
    }

    /**
     * Learns from one noisy value of the sum of two functions: the Kalman filter's update of each.
     * The variances share out the error. The correlation of the two posteriors that follows is
     * neglected. Nothing is learned from values that are not finite.
     *
     * @param value value of the sum, with noise
     * @param noise variance of the noise
     */
    static void kalmanUpdate(
            LinearBelief one, LinearBelief other, float[] features, double value, double noise) {
        double error = value - one.mean(features) - other.mean(features);
        double variance = one.project(features) + other.project(features) + noise;
        if (Double.isFinite(error / variance)) {
            one.update(error, variance);
            other.update(error, variance);
        }
    }

    /** Fills in the projection P x, and returns the variance x^T P x. */
    private double project(float[] features) {
        double[] px = scratch();
        int at = 0;
        for (int i = 0; i < px.length; i++) {
            double x = regressor(i, features);
            double sum = 0;
            for (int j = 0; j < i; j++) {
                double element = covariance[at + j];
                sum += element * features[j];
                px[j] += element * x;
            }
            px[i] = sum + covariance[at + i] * x;
            at += i + 1;
        }
        double variance = px[features.length];
        for (int i = 0; i < features.length; i++) {
            variance += px[i] * features[i];
        }
        return Math.max(0, variance);
    }

    private double[] scratch() {
        if (projection == null || projection.length != weights.length) {
            projection = new double[weights.length];
        }
        return projection;
    }

    /**
     * P &lt;- P - P x x^T P / variance, with the drift, and the weights &lt;- weights + P x error /
     * variance, where P x is the {@link #projection}.
     */
    private void update(double error, double variance) {
        double keep = 1 - Priors.DRIFT_PER_LABEL;
        int at = 0;
        for (int i = 0; i < weights.length; i++) {
            double gain = projection[i] / variance;
            weights[i] += gain * error;
            for (int j = 0; j <= i; j++) {
                covariance[at + j] = keep * (covariance[at + j] - gain * projection[j]);
            }
            at += i + 1;
            covariance[at - 1] += Priors.DRIFT_PER_LABEL * priorVariance(i);
        }
        labels++;
    }

    /**
     * Learns from several labels at once: weights move by a step, and what is left of the
     * covariance drifts as far as with as many labels one by one.
     *
     * @param step by how much the expected weights move
     * @param left covariance after the labels, before the drift: the lower triangle, row by row
     * @param learnedFrom number of labels
     */
    void move(double[] step, double[] left, long learnedFrom) {
        Matrices.add(weights, step);
        covariance = left;
        double keep = Math.exp(learnedFrom * Math.log1p(-Priors.DRIFT_PER_LABEL));
        for (int at = 0; at < covariance.length; at++) {
            covariance[at] *= keep;
        }
        for (int i = 0; i < weights.length; i++) {
            covariance[diagonal(i)] += (1 - keep) / priorPrecision(i);
        }
        labels += learnedFrom;
    }

    /** Variance of the constant by what is known now. */
    double varianceOfConstant() {
        return covariance[covariance.length - 1];
    }

    /** Where a row of the lower triangle begins. */
    private static int packed(int row) {
        return row * (row + 1) / 2;
    }

    private static int diagonal(int i) {
        return i * (i + 3) / 2;
    }
}
