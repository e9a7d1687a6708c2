package dev.messplus.replay.router.bandit;

import dev.messplus.replay.router.RouterSetting;

/**
 * LinUCB with disjoint arms (Li, Chu, Langford, Schapire, "A Contextual-Bandit Approach to
 * Personalized News Article Recommendation", WWW 2010): A_m is the upper end of a confidence
 * interval, theta'x + width sqrt(x' A^-1 x).
 */
public final class LinUcb extends LinearBandit {

    private final double width;

    /**
     * LinUCB without any label.
     *
     * @param width alpha in the paper, which would be confused with the target here; at least 0
     * @param v V per joule, at least 0
     */
    public LinUcb(RouterSetting setting, double width, double v) {
        super(setting, v);
        this.width = width;
    }

    /**
     * The width of the paper: 1 + sqrt(ln(2 / delta) / 2).
     *
     * @param delta probability that the interval misses the mean, in (0, 1)
     */
    public static double width(double delta) {
        return 1 + Math.sqrt(Math.log(2 / delta) / 2);
    }

    @Override
    double credited(Ridge arm, double[] x) {
        return arm.mean(x) + width * arm.deviation(x);
    }
}
