package dev.messplus.core.account;

import dev.messplus.core.Priors;

/** What is known of the price of quality under one SLA. */
public final class PriceState {

    /** lambda_0, in joules per unit of score; 0 while no joules were known. */
    public double base;

    /** Labels that entered Q, and answers that users did not rate. */
    public long labels;

    /** Discounted number of those answers. */
    public double errorWeight;

    /**
     * Discounted sum of the squared differences between what they counted as and their forecasts.
     */
    public double squaredErrors;

    /**
     * Discounted sum of the squares of what audits changed Q by, beside the answers' own labels.
     */
    public double squaredRevaluations;

    /** Whether {@link #base} has begun to move by itself; before, it follows the known joules. */
    public boolean isBegun() {
        return labels >= Priors.LABELS_BEFORE_BASE && base > 0;
    }

    /** Learns from what an answer counts as, less its forecast. */
    public void count(double error) {
        double keep = 1 - 1.0 / Priors.DEVIATION_LABELS;
        labels++;
        errorWeight = keep * errorWeight + 1;
        squaredErrors = keep * squaredErrors + error * error;
        squaredRevaluations *= keep;
    }

    /** An audit changed Q by this, in requests. */
    public void revalue(double change) {
        squaredRevaluations += change * change;
    }

    /** Deviation of what a request changes Q by, where audits say more of earlier ones. */
    public double queueDeviation() {
        double prior = Priors.DEVIATION_PRIOR_LABELS;
        return Math.sqrt(
                (prior * Priors.LABEL_VARIANCE + squaredErrors + squaredRevaluations)
                        / (prior + errorWeight));
    }

    /** sigma over the deviation that beliefs assume: what to multiply their deviations by. */
    public double deviationRatio() {
        return deviation() / Math.sqrt(Priors.LABEL_VARIANCE);
    }

    /** sigma, the standard deviation of a label around its forecast. */
    public double deviation() {
        double prior = Priors.DEVIATION_PRIOR_LABELS;
        return Math.sqrt((prior * Priors.LABEL_VARIANCE + squaredErrors) / (prior + errorWeight));
    }
}
