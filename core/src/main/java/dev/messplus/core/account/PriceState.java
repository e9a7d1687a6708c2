package dev.messplus.core.account;

import dev.messplus.core.Priors;
import dev.messplus.core.stream.QualityPrice;

/** What is known of the {@link QualityPrice} under one SLA. */
public final class PriceState {

    /**
     * lambda_0 as it begins, in joules per unit of score, as of the last label before it was fixed;
     * 0 while no joules were known.
     */
    public double scale;

    /** Logarithm of what lambda_0 is above {@link #scale} by, at least 0. */
    public double rise;

    /** Labels that entered Q, and what users told by not rating. */
    public long labels;

    /** Discounted number of those answers. */
    public double errorWeight;

    /**
     * Discounted sum of the squared differences between what they counted as and their forecasts.
     */
    public double squaredErrors;

    /** Whether {@link #scale} stays as it is. */
    public boolean isFixed() {
        return labels >= Priors.LABELS_BEFORE_SCALE && scale > 0;
    }

    /** Moves lambda_0 by a factor of e^{@code step}, within bounds. */
    public void raise(double step, double most) {
        rise = Math.max(0, Math.min(rise + step, most));
    }

    /** Takes in what an answer counted as, less its forecast. */
    public void count(double error) {
        double keep = 1 - 1.0 / Priors.DEVIATION_LABELS;
        labels++;
        errorWeight = keep * errorWeight + 1;
        squaredErrors = keep * squaredErrors + error * error;
    }

    /** Standard deviation of a label around its forecast. */
    public double deviation() {
        double prior = Priors.DEVIATION_PRIOR_LABELS;
        return Math.sqrt((prior * Priors.LABEL_VARIANCE + squaredErrors) / (prior + errorWeight));
    }
}
