package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EnergyEstimatorTest {

    private final EnergyEstimator estimator = new EnergyEstimator();

    @Test
    void knowsOnlyThePriorBeforeTheFirstMeasurement() {
        assertThat(estimator.estimate(100)).isNaN();
        assertThat(estimator.typicalJoules()).isNaN();
        estimator.priorJoules = 30;
        assertThat(estimator.estimate(100)).isEqualTo(30);
        assertThat(estimator.typicalJoules()).isEqualTo(30);
        estimator.observe(100, 50);
        assertThat(estimator.estimate(100)).isEqualTo(50);
        assertThat(estimator.typicalJoules()).isEqualTo(50);
    }

    @Test
    void findsALineAndCountsWhatItCost() {
        int[] tokens = {40, 10, 300, 120, 75};
        for (int n : tokens) {
            estimator.observe(n, 5 + 0.2 * n);
        }
        assertThat(estimator.estimate(0)).isCloseTo(5, within(1e-9));
        assertThat(estimator.estimate(1_000)).isCloseTo(205, within(1e-9));
        assertThat(estimator.measurements).isEqualTo(5);
        assertThat(estimator.totalJoules).isCloseTo(5 * 5 + 0.2 * 545, within(1e-9));
    }

    @Test
    void weighsRecentMeasurementsMore() {
        estimator.observe(10, 1);
        estimator.observe(20, 3);
        estimator.observe(30, 4);
        // Weights .9604, .98, 1: sum 2.9404; means 20.134676 and 2.686845;
        // variation 195.986668, covariation 29.332009, slope .149663;
        // 2.686845 + .149663 x (50 - 20.134676)
        assertThat(estimator.weight).isCloseTo(2.9404, within(1e-9));
        assertThat(estimator.meanTokens).isCloseTo(20.134676, within(1e-6));
        assertThat(estimator.meanJoules).isCloseTo(2.686845, within(1e-6));
        assertThat(estimator.estimate(50)).isCloseTo(7.156588, within(1e-6));
    }

    @Test
    void forgetsHowItUsedToBe() {
        for (int i = 0; i < 500; i++) {
            estimator.observe(50 + i % 100, 17 * (50 + i % 100));
        }
        for (int i = 0; i < 500; i++) {
            estimator.observe(50 + i % 100, 50 + i % 100);
        }
        // .98^500 = 4e-5 of 1,700 J is all that is left.
        assertThat(estimator.estimate(100)).isCloseTo(100, within(0.5));
    }

    @Test
    void fallsBackToTheMeanWhenLengthsDoNotVary() {
        estimator.observe(100, 10);
        estimator.observe(100, 20);
        // 10 + 10 / (.98 + 1)
        assertThat(estimator.estimate(7)).isCloseTo(15.050505, within(1e-6));
        assertThat(estimator.estimate(5_000)).isCloseTo(15.050505, within(1e-6));
    }

    @Test
    void doesNotTakeRoundingForVariation() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            // A few lengths at first, then thousands of prompts of one length.
            int tokens = i < 10 ? 90 + 7 * i : 101;
            estimator.observe(tokens, 9 + 2 * random.nextDouble());
            if (i > 1_000) {
                assertThat(estimator.estimate(300)).isBetween(9.0, 11.0);
            }
        }
    }

    @Test
    void isNeverNegativeAndNeverFallsWithLength() {
        estimator.observe(100, 150);
        estimator.observe(200, 350);
        assertThat(estimator.estimate(10)).isZero(); // 2 x 10 - 50 = -30

        var falling = new EnergyEstimator();
        falling.observe(100, 30);
        falling.observe(200, 10);
        assertThat(falling.estimate(50)).isEqualTo(falling.meanJoules);
        assertThat(falling.estimate(500)).isEqualTo(falling.meanJoules);
    }
}
