package dev.messplus.core.belief;

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
    void beginsAnewWhenFeaturesAreNotAsManyAsBefore() {
        shared.prepare(1, 0.7);
        LinearBelief.kalmanUpdate(shared.accuracy, own(1), new float[] {2}, 1, 0.2);
        double learned = shared.accuracy.mean(new float[] {2});

        shared.prepare(1, 0.7);
        assertThat(shared.accuracy.mean(new float[] {2})).isEqualTo(learned).isGreaterThan(0.7);

        shared.prepare(2, 0.7);
        assertThat(shared.accuracy.mean(new float[] {2, 2})).isEqualTo(0.7);
        assertThat(shared.accuracy.labels).isZero();
    }

    private static LinearBelief own(int dimensions) {
        var own = new LinearBelief();
        own.begin(dimensions, 0, 0.004, 0.015);
        return own;
    }
}
