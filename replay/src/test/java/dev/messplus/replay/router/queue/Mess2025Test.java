package dev.messplus.replay.router.queue;

import static dev.messplus.replay.router.Settings.X;
import static dev.messplus.replay.router.Settings.both;
import static dev.messplus.replay.router.Settings.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.replay.router.RouterChoice;
import dev.messplus.replay.router.Settings;
import dev.messplus.replay.router.queue.Mess2025.Config;
import org.junit.jupiter.api.Test;

class Mess2025Test {

    private static final int SMALL = 0;
    private static final int LARGE = 1;

    @Test
    void exploresWithTheFourthRootOfTime() {
        var router = new Mess2025(Settings.of(.5), new Config(.01, 1));
        assertThat(router.explorationProbability(1)).isEqualTo(1);
        assertThat(router.explorationProbability(16)).isCloseTo(.5, within(1e-12));
    }

    @Test
    void anExplorationAsksEveryModelAndServesTheLargest() {
        var router = new Mess2025(Settings.of(.5), new Config(.01, 1));
        assertThat(router.choose(X)).isEqualTo(RouterChoice.ofAll(LARGE, 2));
    }

    @Test
    void onlyFeedbackChangesTheTrackedQueue() {
        var queue = new RouterQueue(.75);
        queue.add(outcome(SMALL, .25));
        queue.add(outcome(SMALL, Double.NaN));
        assertThat(queue.length()).isEqualTo(.5);
        queue.add(outcome(LARGE, 1));
        assertThat(queue.length()).isEqualTo(.25);
        queue.add(outcome(LARGE, 1));
        assertThat(queue.length()).isZero();
    }

    @Test
    void exploitsByWhatExplorationTaught() {
        // c = 0 never explores by itself, so what it learns is fed here.
        var router = new Mess2025(Settings.of(.5), new Config(.01, 0));
        router.learn(both(X, RouterChoice.ofAll(LARGE, 2), 0, 1));
        // Nothing is owed: 1 J beats 10 J.
        assertThat(router.choose(X)).isEqualTo(RouterChoice.of(SMALL));
        for (int i = 0; i < 20; i++) {
            router.learn(both(X, RouterChoice.ofAll(SMALL, 2), 0, 1));
        }
        // Now Q is 9.5, and the forecasts are far apart.
        assertThat(router.choose(X)).isEqualTo(RouterChoice.of(LARGE));
    }

    @Test
    void theFirstStepGoesDownTheGradientOfTheCrossEntropy() {
        // w = .0606 (1 - 1/2)
        var predictor = new LogisticSgd(1);
        predictor.learn(X, 1);
        assertThat(predictor.forecast(X)).isCloseTo(1 / (1 + Math.exp(-.0303)), within(1e-12));
    }
}
