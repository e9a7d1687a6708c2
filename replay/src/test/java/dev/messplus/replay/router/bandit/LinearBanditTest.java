package dev.messplus.replay.router.bandit;

import static dev.messplus.replay.router.Settings.X;
import static dev.messplus.replay.router.Settings.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.replay.router.RouterChoice;
import dev.messplus.replay.router.Settings;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;

class LinearBanditTest {

    private static final int SMALL = 0;
    private static final int LARGE = 1;

    @Test
    void linUcbWeighsPricesAgainstOptimismTimesTheQueue() {
        // Q = 0: .01 < .1, small. It fails: Q = .5, its bound is 0 + sqrt(1/2), and the large
        // model's 0 + 1. Then .01 + .5 (.5 - .707) = -.094 > .1 + .5 (.5 - 1) = -.15: large.
        var router = new LinUcb(Settings.of(.5), 1, .01);
        assertThat(router.choose(X)).isEqualTo(RouterChoice.of(SMALL));
        router.learn(outcome(SMALL, 0));
        assertThat(router.choose(X)).isEqualTo(RouterChoice.of(LARGE));
        // It succeeds: Q = 0.
        router.learn(outcome(LARGE, 1));
        assertThat(router.choose(X)).isEqualTo(RouterChoice.of(SMALL));
    }

    @Test
    void aDearerJouleMakesLinUcbWaitForALongerQueue() {
        // .1 + .5 (.5 - .707) = -.004 < 1 + .5 (.5 - 1) = .75.
        var router = new LinUcb(Settings.of(.5), 1, .1);
        router.learn(outcome(SMALL, 0));
        assertThat(router.choose(X)).isEqualTo(RouterChoice.of(SMALL));
    }

    @Test
    void aRequestWithoutALabelTeachesNothing() {
        var router = new LinUcb(Settings.of(.5), 1, .01);
        router.learn(outcome(SMALL, Double.NaN));
        assertThat(router.choose(X)).isEqualTo(RouterChoice.of(SMALL));
    }

    @Test
    void theWidthIsThatOfThePaper() {
        // 1 + sqrt(ln 40 / 2)
        assertThat(LinUcb.width(.05)).isCloseTo(2.3581, within(1e-4));
    }

    @Test
    void thompsonSamplingDrawsFromThePosterior() {
        // After one success: theta'x ~ N(1/2, (.2 / sqrt 2)^2).
        var arm = new Ridge(1);
        arm.learn(X, 1);
        var router = new LinearThompson(Settings.of(.5), .2, .01);
        var draws = new SummaryStatistics();
        for (int i = 0; i < 10_000; i++) {
            draws.addValue(router.credited(arm, X));
        }
        assertThat(draws.getMean()).isCloseTo(.5, within(.005));
        assertThat(draws.getStandardDeviation()).isCloseTo(.2 / Math.sqrt(2), within(.004));
    }

    @Test
    void theSpreadIsThatOfThePaper() {
        // 1/2 sqrt(9 x 2 x ln(100 / .05))
        assertThat(LinearThompson.spread(Settings.of(.5, 2), .05))
                .isCloseTo(.5 * Math.sqrt(18 * 7.6009), within(1e-4));
    }
}
