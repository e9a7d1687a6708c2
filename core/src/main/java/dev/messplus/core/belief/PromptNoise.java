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

    /** Learns from the errors of two answers to one prompt, in units of score. */
    void add(double error, double other) {
        products += error * other;
        squares += (error * error + other * other) / 2;
    }

    /** rho, from 0 to {@link Priors#MAX_ERROR_CORRELATION}. */
    double correlation() {
        double prior = Priors.ERROR_CORRELATION_PAIRS * Priors.LABEL_VARIANCE;
        double mean = (prior * Priors.ERROR_CORRELATION + products) / (prior + squares);
        return Math.max(0, Math.min(mean, Priors.MAX_ERROR_CORRELATION));
    }
}
