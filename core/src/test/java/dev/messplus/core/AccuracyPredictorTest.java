package dev.messplus.core;

import static dev.messplus.core.Policy.Learner.BAYES;
import static dev.messplus.core.Policy.Learner.LINEAR_SGD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccuracyPredictorTest {

    private static final Offset<Float> FLOAT = within(1e-6f);
    private static final Offset<Double> ROUNDING = within(1e-12);
    private static final float[] NONE = {};
    private static final float[] LEFT = {-1};
    private static final float[] RIGHT = {1};

    private final SharedState shared = new SharedState();
    private final AccuracyPredictor predictor = new AccuracyPredictor();

    @Test
    void stepsDownTheSquaredError() {
        // Ahat = 0; x - .1 * 2 (0 - .7) * (2, -1, 1) = .14 * (2, -1, 1)
        predictor.learn(LINEAR_SGD, shared, new float[] {2, -1}, 0.7, 0.1);
        assertThat(predictor.weights).containsExactly(new float[] {0.28f, -0.14f, 0.14f}, FLOAT);
        // Ahat = .28 + .14 = .42; x - .1 * 2 (.42 - .2) * (1, 0, 1) = x - .044 * (1, 0, 1)
        predictor.learn(LINEAR_SGD, shared, new float[] {1, 0}, 0.2, 0.1);
        assertThat(predictor.weights).containsExactly(new float[] {0.236f, -0.14f, 0.096f}, FLOAT);
        assertThat(predictor.predict(LINEAR_SGD, shared, new float[] {0, 1}))
                .isCloseTo(-0.044, within(1e-6));
        assertThat(predictor.labels).isEqualTo(2);
        assertThat(predictor.mean).isCloseTo(0.45, ROUNDING);
    }

    @Test
    void keepsThePapersLearnerApart() {
        predictor.prepare(LINEAR_SGD, 1, 1);
        predictor.learn(LINEAR_SGD, shared, RIGHT, 1, 0.1);
        assertThat(predictor.own.weights).isEmpty();
        assertThat(shared.accuracy.weights).isEmpty();
        assertThat(shared.centre).isEmpty();
        assertThat(shared.labels).isZero();
        assertThat(predictor.deviation(RIGHT)).isZero();
    }

    @Test
    void stepsOnlyOnFeaturesOfTheLengthItWasPreparedFor() {
        predictor.prepare(LINEAR_SGD, 1, 1);
        predictor.learn(LINEAR_SGD, shared, new float[] {1, 1}, 1, 0.1);
        assertThat(predictor.weights).containsExactly(0, 0);
        assertThat(predictor.mean).isEqualTo(1);
        predictor.learn(LINEAR_SGD, shared, RIGHT, 1, 0.1);
        assertThat(predictor.predict(LINEAR_SGD, shared, new float[] {1, 1})).isZero();

        // x + .1 * 2 * 1 * (1, 1); the same length keeps it, another one begins at 0
        predictor.prepare(LINEAR_SGD, 1, 1);
        assertThat(predictor.weights).containsExactly(new float[] {0.2f, 0.2f}, FLOAT);
        predictor.prepare(LINEAR_SGD, 2, 1);
        assertThat(predictor.weights).containsExactly(0, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0.38", "-0.5, 0.44", "0, 0.5", "1, 0.62"})
    void thinksBetterOfLaterModelsBeforeTheFirstLabel(double rank, double accuracy) {
        shared.prepare(2);
        predictor.prepare(BAYES, 2, rank);
        // .5 + .12 x rank, whatever the prompt
        assertThat(predictor.predict(BAYES, shared, new float[] {3, -2}))
                .isCloseTo(accuracy, ROUNDING);
    }

    @Test
    void learnsOfPromptsAndOfItsModelFromOneLabel() {
        shared.prepare(0);
        predictor.prepare(BAYES, 0, 1);
        assertThat(shared.accuracy.variance(NONE)).isCloseTo(0.05, ROUNDING);
        assertThat(predictor.own.variance(NONE)).isCloseTo(0.004, ROUNDING);

        // Error 1 - .62 = .38, S = .05 + .004 + .2 = .254: of the error .05 / S are all models',
        // .004 / S the model's own; variances v (1 - v / S)
        predictor.learn(BAYES, shared, NONE, 1, 0.1);
        assertThat(shared.accuracy.weights[0]).isCloseTo(0.574803, within(1e-6));
        assertThat(predictor.own.weights[0]).isCloseTo(0.125984, within(1e-6));
        assertThat(predictor.predict(BAYES, shared, NONE)).isCloseTo(0.700787, within(1e-6));
        assertThat(shared.accuracy.variance(NONE)).isCloseTo(0.0401575, within(1e-7));
        assertThat(predictor.own.variance(NONE)).isCloseTo(0.0039370, within(1e-7));

        // Error .3 - .700787 = -.400787, S = .0401575 + .0039370 + .2 = .2440945
        predictor.learn(BAYES, shared, NONE, 0.3, 0.1);
        // .574803 - .400787 x .0401575 / S, .125984 - .400787 x .0039370 / S
        assertThat(shared.accuracy.weights[0]).isCloseTo(0.508867, within(2e-6));
        assertThat(predictor.own.weights[0]).isCloseTo(0.119520, within(2e-6));

        assertThat(predictor.labels).isEqualTo(2);
        assertThat(predictor.mean).isCloseTo(0.65, ROUNDING);
        assertThat(shared.labels).isEqualTo(2);
    }

    @Test
    void tellsOfOtherModelsWhatAllHaveInCommon() {
        var other = new AccuracyPredictor();
        shared.prepare(1);
        predictor.prepare(BAYES, 1, 1);
        other.prepare(BAYES, 1, -1);

        // x = (1, 1): shared .5 + .05 = .55, own .015 + .004 = .019, S = .769, error 0 - .62.
        predictor.learn(BAYES, shared, RIGHT, 0, 0.1);
        // .38 - .62 x .55 / S; the learner's own part falls by .62 x .019 / S beside
        assertThat(other.predict(BAYES, shared, RIGHT)).isCloseTo(-0.063433, within(1e-6));
        assertThat(predictor.predict(BAYES, shared, RIGHT)).isCloseTo(0.161248, within(1e-6));
        // On the other side the slope and the constant go apart: .38 - .62 x (-.5 + .05) / S
        assertThat(other.predict(BAYES, shared, LEFT)).isCloseTo(0.742809, within(1e-6));

        assertThat(other.own.weights).containsExactly(new double[] {0, -0.12}, ROUNDING);
        assertThat(other.own.labels).isZero();
        assertThat(other.labels).isZero();
        assertThat(other.mean).isEqualTo(0.5);
    }

    @Test
    void tellsModelsApartByPromptsThatOnlyOneIsGoodAt() {
        var other = new AccuracyPredictor();
        shared.prepare(1);
        predictor.prepare(BAYES, 1, 0);
        other.prepare(BAYES, 1, 0);
        for (int i = 0; i < 400; i++) {
            predictor.learn(BAYES, shared, RIGHT, 0.9, 0.1);
            predictor.learn(BAYES, shared, LEFT, 0.1, 0.1);
            other.learn(BAYES, shared, RIGHT, 0.1, 0.1);
            other.learn(BAYES, shared, LEFT, 0.9, 0.1);
        }
        assertThat(predictor.predict(BAYES, shared, RIGHT)).isCloseTo(0.9, within(0.02));
        assertThat(predictor.predict(BAYES, shared, LEFT)).isCloseTo(0.1, within(0.02));
        assertThat(other.predict(BAYES, shared, RIGHT)).isCloseTo(0.1, within(0.02));
        assertThat(other.predict(BAYES, shared, LEFT)).isCloseTo(0.9, within(0.02));
        // A mean cannot tell them apart.
        assertThat(predictor.mean).isCloseTo(0.5, ROUNDING);
        assertThat(other.mean).isCloseTo(0.5, ROUNDING);
    }

    @Test
    void learnsOnlyTheMeanFromFeaturesOfAnotherLength() {
        shared.prepare(1);
        predictor.prepare(BAYES, 1, 1);
        predictor.learn(BAYES, shared, new float[] {1, 1}, 0.9, 0.1);
        predictor.learn(BAYES, shared, NONE, 0.7, 0.1);
        assertThat(predictor.own.labels).isZero();
        assertThat(predictor.own.weights).containsExactly(new double[] {0, 0.12}, ROUNDING);
        assertThat(shared.accuracy.labels).isZero();
        assertThat(shared.accuracy.weights).containsExactly(0, 0.5);
        assertThat(shared.labels).isZero();
        assertThat(predictor.labels).isEqualTo(2);
        assertThat(predictor.mean).isCloseTo(0.8, ROUNDING);

        assertThat(predictor.predict(BAYES, shared, new float[3])).isCloseTo(0.8, ROUNDING);
        assertThat(predictor.predict(BAYES, shared, RIGHT)).isCloseTo(0.62, ROUNDING);
        assertThat(predictor.deviation(new float[3])).isZero();
    }

    @Test
    void predictsItsMeanWhereOnlyOneOfBothPartsKnowsTheFeatures() {
        predictor.prepare(BAYES, 1, 1);
        assertThat(predictor.predict(BAYES, shared, RIGHT)).isEqualTo(0.5);
        predictor.learn(BAYES, shared, RIGHT, 0.8, 0.1);
        assertThat(predictor.predict(BAYES, shared, RIGHT)).isEqualTo(0.8);
        assertThat(predictor.own.labels).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        // (50 x .12 x rank + labels x (mean - .5)) / (50 + labels), of at most 100 labels
        "0,   0.9,  1, 0.12", // 6 / 50
        "30,  1,   -1, 0.1125", // (-6 + 15) / 80
        "50,  0.3,  0, -0.1", // -10 / 100
        "100, 0.8,  1, 0.24", // (6 + 30) / 150
        "400, 0.8,  1, 0.24",
    })
    void beginsWithItsMeanWhenFeaturesChangeTheirLength(
            int labels, double score, double rank, double constant) {
        shared.prepare(1);
        predictor.prepare(BAYES, 1, rank);
        for (int i = 0; i < labels; i++) {
            predictor.learn(BAYES, shared, i % 2 == 0 ? LEFT : RIGHT, score, 0.1);
        }
        shared.prepare(2);
        predictor.prepare(BAYES, 2, rank);

        assertThat(predictor.own.weights)
                .containsExactly(new double[] {0, 0, constant}, within(1e-9));
        // Slopes .015 as ever; the constant .2 / (50 + labels)
        double variance = 0.2 / (50 + Math.min(labels, 100));
        assertThat(predictor.own.variance(new float[] {0, 0})).isCloseTo(variance, ROUNDING);
        assertThat(predictor.own.variance(new float[] {0, 2}))
                .isCloseTo(variance + 4 * 0.015, within(1e-9));
        assertThat(predictor.labels).isEqualTo(labels);
        assertThat(predictor.predict(BAYES, shared, new float[] {5, 5}))
                .isCloseTo(0.5 + constant, within(1e-9));
    }

    @Test
    void keepsWhatItLearnedWhileFeaturesAreAsManyAsBefore() {
        shared.prepare(1);
        predictor.prepare(BAYES, 1, 1);
        predictor.learn(BAYES, shared, RIGHT, 1, 0.1);
        double before = predictor.predict(BAYES, shared, RIGHT);
        shared.prepare(1);
        predictor.prepare(BAYES, 1, -1);
        assertThat(predictor.predict(BAYES, shared, RIGHT)).isEqualTo(before);
        assertThat(predictor.own.labels).isEqualTo(1);
    }

    @Test
    void isSurerWithEveryLabel() {
        shared.prepare(0);
        predictor.prepare(BAYES, 0, 1);
        assertThat(predictor.deviation(NONE)).isCloseTo(0.0632456, within(1e-6)); // sqrt(.004)
        predictor.learn(BAYES, shared, NONE, 1, 0.1);
        assertThat(predictor.deviation(NONE)).isCloseTo(0.0627456, within(1e-6)); // .0039370
        // Slopes of .015: sqrt(.004 + .015 x 2^2)
        predictor.prepare(BAYES, 1, 1);
        assertThat(predictor.deviation(NONE)).isZero();
        var young = new AccuracyPredictor();
        young.prepare(BAYES, 1, 1);
        assertThat(young.deviation(new float[] {2})).isCloseTo(0.2529822, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void isNotInfectedByFeaturesThatAreNoNumbers(float odd) {
        shared.prepare(1);
        predictor.prepare(BAYES, 1, 1);
        predictor.learn(BAYES, shared, RIGHT, 1, 0.1);
        double before = predictor.predict(BAYES, shared, RIGHT);
        double deviation = predictor.deviation(RIGHT);

        predictor.learn(BAYES, shared, new float[] {odd}, 0.6, 0.1);
        assertThat(predictor.predict(BAYES, shared, RIGHT)).isEqualTo(before);
        assertThat(predictor.own.labels).isEqualTo(1);
        assertThat(shared.accuracy.labels).isEqualTo(1);
        // The label itself is a good one.
        assertThat(predictor.labels).isEqualTo(2);
        assertThat(predictor.mean).isCloseTo(0.8, ROUNDING);

        predictor.learn(BAYES, shared, RIGHT, 1, 0.1);
        assertThat(predictor.predict(BAYES, shared, RIGHT)).isGreaterThan(before);
        assertThat(predictor.deviation(RIGHT)).isLessThan(deviation);
    }
}
