package dev.messplus.replay.router.bandit;

import dev.messplus.replay.router.Router;
import dev.messplus.replay.router.RouterChoice;
import dev.messplus.replay.router.RouterOutcome;
import dev.messplus.replay.router.RouterSetting;
import dev.messplus.replay.router.Ties;
import dev.messplus.replay.router.queue.RouterQueue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A linear bandit under the virtual queue of MESS+: argmin_m V E_m + Q (alpha - A_m). Bandits
 * maximize a reward and promise nothing, so the queue takes the place of their argmax; how A_m
 * treats what is uncertain is the bandit's.
 */
abstract class LinearBandit implements Router {

    private final RouterSetting setting;
    private final double v;
    private final double[] joules;
    private final Ridge[] arms;
    private final RouterQueue queue;
    final SplittableRandom random;

    /**
     * A bandit without any label.
     *
     * @param v V per joule, at least 0
     */
    LinearBandit(RouterSetting setting, double v) {
        this.setting = setting;
        this.v = v;
        joules = setting.joules();
        arms =
                IntStream.range(0, setting.models())
                        .mapToObj(m -> new Ridge(setting.features()))
                        .toArray(Ridge[]::new);
        queue = new RouterQueue(setting.alpha());
        random = new SplittableRandom(setting.seed());
    }

    /** A_m: the score that a decision credits an arm with. */
    abstract double credited(Ridge arm, double[] x);

    @Override
    public final RouterChoice choose(double[] x) {
        var objective = new double[arms.length];
        for (int m = 0; m < arms.length; m++) {
            double shortfall = setting.alpha() - credited(arms[m], x);
            objective[m] = v * joules[m] + queue.length() * shortfall;
        }
        return RouterChoice.of(Ties.least(objective, random));
    }

    @Override
    public final void learn(RouterOutcome outcome) {
        if (outcome.isLabelled()) {
            arms[outcome.choice().served()].learn(outcome.x(), outcome.servedScore());
            queue.add(outcome);
        }
    }
}
