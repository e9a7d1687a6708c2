package dev.messplus.core.belief;

import dev.messplus.core.Priors;

/**
 * How alike the errors of forecasts are for several answers to one prompt.
 *
 * <p>A prompt that is harder than it looks is so for every model: the labels of its answers are off
 * by A_m - Ahat_m = u + e_m, where u has the share rho of the variance v. Given the errors of k - 1
 * answers, that of the k-th is Gaussian (the compound symmetric covariance: Rao, "Linear
 * Statistical Inference", 1973, 8a.2), with
 *
 * <pre>
 *   mean       c (sum of the k - 1 errors)       c = rho / (1 + (k - 2) rho)
 *   variance   v (1 - (k - 1) c rho)
 * </pre>
 *
 * <p>So a second answer says of the difference of two models what it would take several prompts to
 * say otherwise.
 */
public final class PromptNoise {

    /** Sum of the products of the errors of two answers to one prompt. */
    public double products;

    /** Sum of the means of their squares. */
    public double squares;

    /** Sum of the squared errors of labels. */
    public double labelSquares;

    /** Sum of what those squares would be on average if every label were 0 or 1. */
    public double binarySquares;

    /** Learns from the errors of two answers to one prompt, in units of score. */
    void add(double error, double other) {
        products += error * other;
        squares += (error * error + other * other) / 2;
    }

    /**
     * Learns from the error of one label.
     *
     * @param forecast of the label, in [0, 1]
     */
    void addLabel(double label, double forecast) {
        labelSquares += (label - forecast) * (label - forecast);
        binarySquares += forecast * (1 - forecast);
    }

    /**
     * w, the variance of labels over what it would be if each were 0 or 1: from 0 to 1. A label is
     * 0 or 1 with probability w, or else as forecast.
     */
    public double spread() {
        double prior = Priors.SPREAD_PRIOR_LABELS;
        double squares = prior * Priors.LABEL_VARIANCE + labelSquares;
        return Math.min(1, squares / (prior * Priors.BINARY_VARIANCE + binarySquares));
    }

    /** rho, from 0 to {@link Priors#MAX_ERROR_CORRELATION}. */
    public double correlation() {
        double prior = Priors.ERROR_CORRELATION_PAIRS * Priors.LABEL_VARIANCE;
        double mean = (prior * Priors.ERROR_CORRELATION + products) / (prior + squares);
        return Math.max(0, Math.min(mean, Priors.MAX_ERROR_CORRELATION));
    }
}
