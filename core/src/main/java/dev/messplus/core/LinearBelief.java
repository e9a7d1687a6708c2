package dev.messplus.core;

import java.util.Arrays;

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

    /** Covariance of the weights: the lower triangle, row by row. */
    public double[] covariance = {};

    /** Prior variance of the constant. */
    public double constantVariance;

    /** Prior variance of every other weight. */
    public double slopeVariance;

    /** Labels learned from. */
    public long labels;

    /** Covariance times the features that {@link #project} was last called with; scratch. */
    private transient double[] projection;

    /** Whether {@link #begin} was never called. */
    boolean isEmpty() {
        return weights.length == 0;
    }

    /** Whether its functions take so many features. */
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
    void begin(int dimensions, double constant, double constantVariance, double slopeVariance) {
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
        return 1 / (weight < weights.length - 1 ? slopeVariance : constantVariance);
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
    double mean(float[] features) {
        int last = features.length;
        double sum = weights[last];
        for (int i = 0; i < last; i++) {
            sum += weights[i] * features[i];
        }
        return sum;
    }

    /** Variance of the function's value. */
    double variance(float[] features) {
        project(features);
        int last = features.length;
        double sum = projection[last];
        for (int i = 0; i < last; i++) {
            sum += projection[i] * features[i];
        }
        return Math.max(0, sum);
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
        double variance = one.variance(features) + other.variance(features) + noise;
        if (Double.isFinite(error / variance)) {
            one.update(error, variance);
            other.update(error, variance);
        }
    }

    private void update(double error, double variance) {
        double keep = 1 - Priors.DRIFT_PER_LABEL;
        int last = weights.length - 1;
        int at = 0;
        for (int i = 0; i <= last; i++) {
            double gain = projection[i] / variance;
            weights[i] += gain * error;
            for (int j = 0; j <= i; j++) {
                covariance[at] = keep * (covariance[at] - gain * projection[j]);
                at++;
            }
            double prior = i < last ? slopeVariance : constantVariance;
            covariance[at - 1] += Priors.DRIFT_PER_LABEL * prior;
        }
        labels++;
    }

    /**
     * Takes in what several labels tell: weights move by a step, what is left of the covariance
     * drifts as far as with as many labels one by one.
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

    /**
     * Covariance times features. Two rows at a time: a row's sum is a chain of additions that wait
     * for each other, and a processor can work on two chains at once. Each sum adds up in the order
     * of one row at a time, so the result is the same to the last digit.
     */
    private void project(float[] features) {
        int last = features.length;
        if (projection == null || projection.length != weights.length) {
            projection = new double[weights.length];
        }
        Arrays.fill(projection, 0);
        int row = 0;
        for (; row < last; row += 2) {
            projectTwoRows(row, features);
        }
        if (row == last) {
            projectConstant(features);
        }
    }

    private void projectTwoRows(int row, float[] features) {
        int next = row + 1;
        int at = packed(row);
        int nextAt = packed(next);
        double x = features[row];
        double nextX = next < features.length ? features[next] : 1;
        double sum = 0;
        double nextSum = 0;
        for (int j = 0; j < row; j++) {
            double element = covariance[at + j];
            double nextElement = covariance[nextAt + j];
            sum += element * features[j];
            nextSum += nextElement * features[j];
            projection[j] = projection[j] + element * x + nextElement * nextX;
        }
        projection[row] += sum + covariance[at + row] * x;
        nextSum += covariance[nextAt + row] * x;
        projection[row] += covariance[nextAt + row] * nextX;
        projection[next] += nextSum + covariance[nextAt + next] * nextX;
    }

    /** The row of the constant, where no other row is left to go with it. */
    private void projectConstant(float[] features) {
        int last = features.length;
        int at = packed(last);
        double sum = 0;
        for (int j = 0; j < last; j++) {
            sum += covariance[at + j] * features[j];
            projection[j] += covariance[at + j];
        }
        projection[last] += sum + covariance[at + last];
    }

    /** Where a row of the lower triangle begins. */
    private static int packed(int row) {
        return row * (row + 1) / 2;
    }

    private static int diagonal(int i) {
        return i * (i + 3) / 2;
    }
}
