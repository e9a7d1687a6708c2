package dev.messplus.replay.router.bandit;

import dev.messplus.replay.router.Router;
import dev.messplus.replay.router.RouterChoice;
import dev.messplus.replay.router.RouterOutcome;
import dev.messplus.replay.router.RouterSetting;
import dev.messplus.replay.router.Ties;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * ParetoBandit (Taberner-Miller, "ParetoBandit: Budget-Paced Adaptive Routing for Non-Stationary
 * LLM Serving", arXiv 2604.00136; code at github.com/ParetoBandit/ParetoBandit): LinUCB that
 * forgets, and a dual variable lambda that paces.
 *
 * <pre>
 *   serve argmax_m  theta_m'x + width sqrt(x' A_m^-1 x) - lambda c_m
 *   c_m in [0, 1] is the logarithm of the price between the cheapest and the most expensive model
 * </pre>
 *
 * <p>The paper paces a budget: lambda grows while smoothed cost is above it. What is promised here
 * is quality, so the constraint is mirrored: lambda, the price of energy in units of score, grows
 * while smoothed quality is above alpha and there is something to save, and falls while it is
 * below. Smoothing, step, bounds and start are the paper's.
 */
public final class ParetoBandit implements Router {

    private static final double SMOOTHING = 0.05;
    private static final double HIGHEST_PRICE = 5;

    /** Idle requests beyond this count no more, as in the released code. */
    private static final int MAX_IDLE = 1_000;

    /** How much the variance of an idle arm may grow, as in the released code. */
    private static final double MAX_INFLATION = 200;

    private static final double MIN_TARGET = 1e-9;

    /**
     * The parameters.
     *
     * @param width of the confidence interval; at least 0
     * @param keep what is kept of an arm's past with each request, gamma in the paper; in (0, 1]
     * @param step of lambda for a smoothed quality of twice alpha, above 0
     */
    public record Config(double width, double keep, double step) {

        /** The settings of the paper for a start without priors. */
        public static Config published() {
            return new Config(0.1, 0.995, 0.05);
        }
    }

    private final Config config;
    private final double target;
    private final double[] cost;
    private final Ridge[] arms;
    private final int[] updatedAt;
    private final int[] playedAt;
    private final SplittableRandom random;
    private double quality;
    private double lambda;
    private int t;

    /** A router without any label: quality as promised, and a price of 0. */
    public ParetoBandit(RouterSetting setting, Config config) {
        this.config = config;
        target = Math.max(setting.alpha(), MIN_TARGET);
        quality = target;
        cost = logarithmic(setting);
        arms =
                IntStream.range(0, setting.models())
                        .mapToObj(m -> new Ridge(setting.features()))
                        .toArray(Ridge[]::new);
        updatedAt = new int[arms.length];
        playedAt = new int[arms.length];
        random = new SplittableRandom(setting.seed());
    }

    private static double[] logarithmic(RouterSetting setting) {
        double least = setting.means().get(setting.cheapest(0)).joules();
        double range = Math.log(setting.means().get(setting.mostExpensive()).joules() / least);
        return setting.means().stream()
                .mapToDouble(mean -> range > 0 ? Math.log(mean.joules() / least) / range : 0.5)
                .toArray();
    }

    @Override
    public RouterChoice choose(double[] x) {
        t++;
        var objective = new double[arms.length];
        for (int m = 0; m < arms.length; m++) {
            int idle = t - Math.max(updatedAt[m], playedAt[m]);
            double inflation = Math.min(1 / kept(idle), MAX_INFLATION);
            double bonus = config.width * arms[m].deviation(x) * Math.sqrt(inflation);
            objective[m] = lambda * cost[m] - arms[m].mean(x) - bonus;
        }
        int model = Ties.least(objective, random);
        playedAt[model] = t;
        return RouterChoice.of(model);
    }

    @Override
    public void learn(RouterOutcome outcome) {
        if (!outcome.isLabelled()) {
            return;
        }
        int model = outcome.choice().served();
        if (config.keep < 1) {
            arms[model].forget(kept(t - updatedAt[model]));
        }
        arms[model].learn(outcome.x(), outcome.servedScore());
        updatedAt[model] = t;
        quality += SMOOTHING * (outcome.servedScore() - quality);
        double ahead = quality / target - 1;
        lambda = Math.min(HIGHEST_PRICE, Math.max(0, lambda + config.step * ahead));
    }

    /** The price of energy: score per unit of normalized cost, in [0, 5]. */
    double lambda() {
        return lambda;
    }

    private double kept(int requests) {
        return Math.pow(config.keep, Math.min(requests, MAX_IDLE));
    }
}
