package dev.messplus.replay.router.threshold;

import static dev.messplus.replay.router.Settings.both;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.replay.router.RouterChoice;
import dev.messplus.replay.router.Settings;
import dev.messplus.replay.router.threshold.RouteLlm.Config;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of 100 requests, 20 are compared. Only the large model can do what is hard. */
class RouteLlmTest {

    private static final double[] EASY = {1, -1};
    private static final double[] HARD = {1, 1};

    private static final int SMALL = 0;
    private static final int LARGE = 1;

    @Test
    void logisticRegressionBalancesErrorsAndPenalty() {
        // One weight: w = 3 (1 - p) - p, where p = 1 / (1 + e^-w).
        double[] x = {1};
        double p =
                LogisticRegression.fit(List.of(x, x, x, x), List.of(true, true, true, false))
                        .probability(x);
        assertThat(Math.log(p / (1 - p))).isCloseTo(3 - 4 * p, within(1e-9));
    }

    @Test
    void sendsEverythingToTheStrongModelUntilItIsCalibrated() {
        RouteLlm router = router(.75);
        for (int i = 0; i < 20; i++) {
            assertThat(router.choose(EASY))
                    .isEqualTo(new RouterChoice(LARGE, List.of(LARGE, SMALL)));
        }
        assertThat(router.choose(EASY)).isEqualTo(RouterChoice.of(LARGE));
    }

    @Test
    void asksTheStrongModelWhereItIsLikelyToWin() {
        RouteLlm router = calibrated(.75);
        assertThat(router.choose(EASY)).isEqualTo(RouterChoice.of(SMALL));
        assertThat(router.choose(HARD)).isEqualTo(RouterChoice.of(LARGE));
    }

    @Test
    void asksTheWeakModelAloneIfThatReachesAlpha() {
        assertThat(calibrated(.5).choose(HARD)).isEqualTo(RouterChoice.of(SMALL));
    }

    @Test
    void asksTheStrongModelAloneIfNoThresholdReachesAlpha() {
        assertThat(calibrated(1.01).choose(EASY)).isEqualTo(RouterChoice.of(LARGE));
    }

    private static RouteLlm calibrated(double target) {
        RouteLlm router = router(target);
        for (int i = 0; i < 20; i++) {
            double[] x = i % 2 == 0 ? EASY : HARD;
            router.learn(both(x, router.choose(x), i % 2 == 0 ? 1 : 0, 1));
        }
        return router;
    }

    private static RouteLlm router(double target) {
        return new RouteLlm(Settings.of(.5, 2), new Config(LARGE, SMALL, .2, target - .5));
    }
}
