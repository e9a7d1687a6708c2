package dev.messplus.core.account;

import dev.messplus.core.Priors;

/** By how much forecasts have recently been above the labels: a discounted mean. */
public final class ForecastBias {

    /** Mean of forecast less label; 0 before the first label. */
    public double mean;

    /** Labels that it has seen. */
    public long labels;

    /** Learns from a forecast and the label that came of it. */
    public void add(double forecast, double label) {
        labels++;
        double error = forecast - label;
        mean +=
                (error - mean)
                        / Math.min(
                                labels + Priors.FORECAST_BIAS_PRIOR_LABELS,
                                Priors.FORECAST_BIAS_LABELS);
    }

    /** The forecast without the bias, in [0, 1]. */
    public double correct(double forecast) {
        return Math.max(0, Math.min(1, forecast - mean));
    }
}
