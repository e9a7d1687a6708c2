package dev.messplus.replay.router.bandit;

import dev.messplus.replay.router.RouterSetting;

/**
 * Linear Thompson sampling with disjoint arms (Agrawal, Goyal, "Thompson Sampling for Contextual
 * Bandits with Linear Payoffs", ICML 2013, arXiv 1209.3352): A_m is theta~'x for theta~ drawn from
 * N(theta, spread^2 A^-1). Since x is the same for all arms and they share nothing, theta~'x is
 * drawn itself.
 */
public final class LinearThompson extends LinearBandit {

    private final double spread;

    /**
     * Thompson sampling without any label.
     *
     * @param spread v in the paper, at least 0
     * @param v V per joule, at least 0
     */
    public LinearThompson(RouterSetting setting, double spread, double v) {
        super(setting, v);
        this.spread = spread;
    }

    /**
     * The spread of the paper, in its version on arXiv, for T requests: R sqrt(9 d ln(T / delta)).
     *
     * @param delta probability that the regret bound fails, in (0, 1)
     */
    public static double spread(RouterSetting setting, double delta) {
        // A score in [0, 1] is sub-Gaussian with R = 1/2.
        return 0.5 * Math.sqrt(9 * setting.features() * Math.log(setting.requests() / delta));
    }

    @Override
    double credited(Ridge arm, double[] x) {
        return arm.mean(x) + spread * arm.deviation(x) * random.nextGaussian();
    }
}
