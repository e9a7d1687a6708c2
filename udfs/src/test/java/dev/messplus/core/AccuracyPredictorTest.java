package dev.messplus.core;

import static dev.messplus.core.Policy.Learner.LINEAR_SGD;
import static dev.messplus.core.Policy.Learner.LOGISTIC_ADAGRAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AccuracyPredictorTest {

    private static final Offset<Float> FLOAT = within(1e-6f);
    private static final float[] LEFT = {-1};
    private static final float[] RIGHT = {1};

    private final AccuracyPredictor predictor = new AccuracyPredictor();

    @Test
    void stepsDownTheSquaredError() {
        // Ahat = 0; x - .1 * 2 (0 - .7) * (2, -1, 1) = .14 * (2, -1, 1)
        predictor.learn(LINEAR_SGD, new float[] {2, -1}, 0.7, 0.1);
        assertThat(predictor.weights).containsExactly(new float[] {0.28f, -0.14f, 0.14f}, FLOAT);
        // Ahat = .28 + .14 = .42; x - .1 * 2 (.42 - .2) * (1, 0, 1) = x - .044 * (1, 0, 1)
        predictor.learn(LINEAR_SGD, new float[] {1, 0}, 0.2, 0.1);
        assertThat(predictor.weights).containsExactly(new float[] {0.236f, -0.14f, 0.096f}, FLOAT);
        assertThat(predictor.predict(LINEAR_SGD, new float[] {0, 1}))
                .isCloseTo(-0.044, within(1e-6));
        assertThat(predictor.labels).isEqualTo(2);
        assertThat(predictor.mean).isCloseTo(0.45, within(1e-12));
    }

    @Test
    void stepsDownTheCrossEntropyWithAStepSizePerWeight() {
        assertThat(predictor.predict(LOGISTIC_ADAGRAD, new float[] {2})).isEqualTo(0.5);

        // Forecast .5; gradients -.5 * (2, 1); G = (1, .25); x + .1 * (1 / 1, .5 / .5)
        predictor.learn(LOGISTIC_ADAGRAD, new float[] {2}, 1, 0.1);
        assertThat(predictor.weights).containsExactly(new float[] {0.1f, 0.1f}, FLOAT);
        assertThat(predictor.predict(LOGISTIC_ADAGRAD, new float[] {2}))
                .isCloseTo(0.574443, within(1e-6)); // sigmoid(.3)

        // Forecast sigmoid(-.1 + .1) = .5; gradients .25 * (-1, 1); G = (1.0625, .3125);
        // x + .1 * (.25 / 1.030776, -.25 / .559017)
        predictor.learn(LOGISTIC_ADAGRAD, new float[] {-1}, 0.25, 0.1);
        assertThat(predictor.squaredGradients).containsExactly(new float[] {1.0625f, 0.3125f});
        assertThat(predictor.weights).containsExactly(new float[] {0.124254f, 0.055279f}, FLOAT);
        assertThat(predictor.predict(LOGISTIC_ADAGRAD, new float[] {2}))
                .isCloseTo(0.575368, within(1e-6)); // sigmoid(.303786)

        assertThat(predictor.labels).isEqualTo(2);
        assertThat(predictor.mean).isCloseTo(0.625, within(1e-12));
        // .995 * .5^2 + .25^2 against .995 * .5^2 + (1 - .25)^2
        assertThat(predictor.learnerLoss).isCloseTo(0.31125, within(1e-6));
        assertThat(predictor.meanLoss).isCloseTo(0.81125, within(1e-6));
    }

    @Test
    void yieldsToTheRunningMeanUntilItDoesBetter() {
        for (int i = 0; i < 50; i++) {
            predictor.learn(LOGISTIC_ADAGRAD, RIGHT, 0.9, 0.1);
        }
        // A constant is what a mean knows best.
        assertThat(predictor.predict(LOGISTIC_ADAGRAD, RIGHT)).isEqualTo(predictor.mean);
        assertThat(predictor.predict(LOGISTIC_ADAGRAD, LEFT)).isEqualTo(predictor.mean);

        for (int i = 0; i < 200; i++) {
            predictor.learn(LOGISTIC_ADAGRAD, i % 2 == 0 ? LEFT : RIGHT, i % 2, 0.1);
        }
        // Left scores 0 and right 1, which a mean cannot tell apart.
        assertThat(predictor.predict(LOGISTIC_ADAGRAD, LEFT)).isLessThan(0.3);
        assertThat(predictor.predict(LOGISTIC_ADAGRAD, RIGHT)).isGreaterThan(0.7);

        for (int i = 0; i < 2_000; i++) {
            predictor.learn(LOGISTIC_ADAGRAD, i % 2 == 0 ? LEFT : RIGHT, i / 2 % 2, 0.1);
        }
        // Now the sides say nothing any more.
        assertThat(predictor.predict(LOGISTIC_ADAGRAD, LEFT)).isEqualTo(predictor.mean);
        assertThat(predictor.predict(LOGISTIC_ADAGRAD, RIGHT)).isEqualTo(predictor.mean);
    }

    @Test
    void keepsItsMeanWhenEmbeddingsChangeTheirLength() {
        for (int i = 0; i < 100; i++) {
            predictor.learn(LOGISTIC_ADAGRAD, i % 2 == 0 ? LEFT : RIGHT, i % 2, 0.1);
        }
        predictor.learn(LOGISTIC_ADAGRAD, RIGHT, 1, 0.1);
        assertThat(predictor.predict(LOGISTIC_ADAGRAD, new float[3])).isEqualTo(51 / 101.0);

        predictor.learn(LOGISTIC_ADAGRAD, new float[] {0, 0, 1}, 1, 0.1);
        assertThat(predictor.weights).hasSize(4);
        assertThat(predictor.labels).isEqualTo(102);
        assertThat(predictor.mean).isCloseTo(52 / 102.0, within(1e-12));
    }

    @Test
    void isNotInfectedByAnEmbeddingThatIsNoNumber() {
        predictor.learn(LOGISTIC_ADAGRAD, RIGHT, 0.8, 0.1);
        predictor.learn(LOGISTIC_ADAGRAD, new float[] {Float.NaN}, 0.6, 0.1);
        assertThat(predictor.predict(LOGISTIC_ADAGRAD, RIGHT)).isCloseTo(0.7, within(1e-12));
    }
}
