package dev.messplus.replay.router.bandit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RidgeTest {

    private static final Offset<Double> EXACT = within(1e-12);

    private static final double[] BOTH = {1, 1};
    private static final double[] FIRST = {1, 0};

    @Test
    void theFirstLabelMovesThetaByTheInverseOfIdentityPlusItsPrompt() {
        // A = (2 1; 1 2), so A^-1 = (2 -1; -1 2) / 3 and theta = (1/3, 1/3).
        var ridge = new Ridge(2);
        assertThat(ridge.deviation(BOTH)).isCloseTo(Math.sqrt(2), EXACT);
        ridge.learn(BOTH, 1);
        assertThat(ridge.mean(FIRST)).isCloseTo(1 / 3., EXACT);
        assertThat(ridge.mean(BOTH)).isCloseTo(2 / 3., EXACT);
        assertThat(ridge.deviation(FIRST)).isCloseTo(Math.sqrt(2 / 3.), EXACT);
        assertThat(ridge.deviation(BOTH)).isCloseTo(Math.sqrt(2 / 3.), EXACT);
    }

    @Test
    void labelsInAnyOrderGiveTheSame() {
        var one = new Ridge(2);
        one.learn(BOTH, 1);
        one.learn(FIRST, .25);
        var other = new Ridge(2);
        other.learn(FIRST, .25);
        other.learn(BOTH, 1);
        assertThat(one.mean(FIRST)).isCloseTo(other.mean(FIRST), EXACT);
        assertThat(one.deviation(BOTH)).isCloseTo(other.deviation(BOTH), EXACT);
    }

    @Test
    void forgettingWidensTheIntervalAndKeepsTheMean() {
        var ridge = new Ridge(2);
        ridge.learn(BOTH, 1);
        ridge.forget(.5);
        assertThat(ridge.mean(FIRST)).isCloseTo(1 / 3., EXACT);
        assertThat(ridge.deviation(FIRST)).isCloseTo(Math.sqrt(4 / 3.), EXACT);
    }

    @Test
    void aForgottenRegularizationIsRestored() {
        // A = .05 (2 1; 1 2) + .95 I, and b = .05 (1, 1).
        var ridge = new Ridge(2);
        ridge.learn(BOTH, 1);
        ridge.forget(.05);
        assertThat(ridge.mean(FIRST)).isCloseTo(.05 / 1.1, EXACT);
        assertThat(ridge.deviation(BOTH)).isCloseTo(Math.sqrt(2 / 1.1), EXACT);
    }
}
