package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SharedStateTest {

    private final SharedState shared = new SharedState();

    @Test
    void knowsThatPromptsDifferMoreThanModels() {
        shared.prepare(2, 0.7);
        assertThat(shared.accuracy.mean(new float[] {4, -4})).isEqualTo(0.7);
        assertThat(shared.accuracy.variance(new float[2])).isCloseTo(0.05, within(1e-12));
        // .05 + .5 x (1 + 4)
        assertThat(shared.accuracy.variance(new float[] {1, -2})).isCloseTo(2.55, within(1e-12));
    }

    @Test
    void keepsTheMiddleOfTheLabelledPrompts() {
        assertThat(shared.centre).isEmpty();
        shared.include(new float[] {1, 4});
        assertThat(shared.centre).containsExactly(1, 4);
        shared.include(new float[] {2, -2});
        shared.include(new float[] {6, 1});
        assertThat(shared.centre).containsExactly(new float[] {3, 1}, within(1e-6f));
        assertThat(shared.labels).isEqualTo(3);
    }

    @Test
    void beginsAnewWhenFeaturesAreNotAsManyAsBefore() {
        shared.prepare(1, 0.7);
        LinearBelief.kalmanUpdate(shared.accuracy, own(1), new float[] {2}, 1, 0.2);
        shared.include(new float[] {2});
        double learned = shared.accuracy.mean(new float[] {2});

        shared.prepare(1, 0.7);
        assertThat(shared.accuracy.mean(new float[] {2})).isEqualTo(learned).isGreaterThan(0.7);
        assertThat(shared.centre).containsExactly(2);

        shared.prepare(2, 0.7);
        assertThat(shared.accuracy.mean(new float[] {2, 2})).isEqualTo(0.7);
        assertThat(shared.accuracy.labels).isZero();
        assertThat(shared.centre).isEmpty();
        assertThat(shared.labels).isZero();
        shared.include(new float[] {5, 7});
        assertThat(shared.centre).containsExactly(5, 7);
    }

    private static LinearBelief own(int dimensions) {
        var own = new LinearBelief();
        own.begin(dimensions, 0, 0.004, 0.015);
        return own;
    }
}
