package dev.messplus.core.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Priors;
import dev.messplus.core.belief.AccuracyState;
import dev.messplus.core.belief.LabelSums;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SgdPredictorTest {

    private static final Offset<Float> FLOAT = within(1e-6f);
    private static final Offset<Double> ROUNDING = within(1e-12);
    private static final float[] RIGHT = {1};

    private final AccuracyState state = new AccuracyState();
    private final SgdPredictor predictor = new SgdPredictor(state, 0.1);

    @Test
    void stepsDownTheSquaredError() {
        // Ahat = 0; x - .1 * 2 (0 - .7) * (2, -1, 1) = .14 * (2, -1, 1)
        predictor.learn(new float[] {2, -1}, 0.7, Priors.LABEL_VARIANCE, List.of());
        assertThat(state.weights).containsExactly(new float[] {0.28f, -0.14f, 0.14f}, FLOAT);
        // Ahat = .28 + .14 = .42; x - .1 * 2 (.42 - .2) * (1, 0, 1) = x - .044 * (1, 0, 1)
        predictor.learn(new float[] {1, 0}, 0.2, Priors.LABEL_VARIANCE, List.of());
        assertThat(state.weights).containsExactly(new float[] {0.236f, -0.14f, 0.096f}, FLOAT);
        assertThat(predictor.predict(new float[] {0, 1})).isCloseTo(-0.044, within(1e-6));
        assertThat(state.labels).isEqualTo(2);
        assertThat(state.mean).isCloseTo(0.45, ROUNDING);
    }

    /** Gradient descent needs labels one by one: their sums move the mean alone. */
    @Test
    void countsTheLabelsOfOtherShards() {
        predictor.prepare(1);
        LabelSums sums = new LabelSums();
        sums.add(RIGHT, 1);
        sums.add(RIGHT, 0);
        sums.add(null, 0.5);
        predictor.learn(sums);
        assertThat(state.weights).containsExactly(0, 0);
        assertThat(state.labels).isEqualTo(3);
        assertThat(state.mean).isCloseTo(0.5, ROUNDING);
    }

    @Test
    void leavesTheOtherPredictorsStateAlone() {
        predictor.prepare(1);
        predictor.learn(RIGHT, 1, Priors.LABEL_VARIANCE, List.of());
        assertThat(state.own.weights).isEmpty();
        assertThat(predictor.deviation(RIGHT)).isZero();
    }

    @Test
    void stepsOnlyOnFeaturesOfTheLengthItWasPreparedFor() {
        predictor.prepare(1);
        predictor.learn(new float[] {1, 1}, 1, Priors.LABEL_VARIANCE, List.of());
        assertThat(state.weights).containsExactly(0, 0);
        assertThat(state.mean).isEqualTo(1);
        predictor.learn(RIGHT, 1, Priors.LABEL_VARIANCE, List.of());
        assertThat(predictor.predict(new float[] {1, 1})).isZero();

        // x + .1 * 2 * 1 * (1, 1); the same length keeps it, another one begins at 0
        predictor.prepare(1);
        assertThat(state.weights).containsExactly(new float[] {0.2f, 0.2f}, FLOAT);
        predictor.prepare(2);
        assertThat(state.weights).containsExactly(0, 0, 0);
    }
}
