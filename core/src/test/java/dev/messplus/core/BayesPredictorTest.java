package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BayesPredictorTest {

    private static final Offset<Double> ROUNDING = within(1e-12);
    private static final float[] NONE = {};
    private static final float[] LEFT = {-1};
    private static final float[] RIGHT = {1};

    private final SharedState shared = new SharedState();
    private final AccuracyState state = new AccuracyState();

    /** The last of its zoo. */
    private final BayesPredictor predictor = new BayesPredictor(shared, state, 1);

    @ParameterizedTest
    @CsvSource({"-1, 0.38", "-0.5, 0.44", "0, 0.5", "1, 0.62"})
    void thinksBetterOfLaterModelsBeforeTheFirstLabel(double rank, double accuracy) {
        var ranked = new BayesPredictor(shared, state, rank);
        ranked.prepare(2);
        // .5 + .12 x rank, whatever the prompt
        assertThat(ranked.predict(new float[] {3, -2})).isCloseTo(accuracy, ROUNDING);
    }

    @Test
    void learnsOfPromptsAndOfItsModelFromOneLabel() {
        predictor.prepare(0);
        assertThat(shared.accuracy.variance(NONE)).isCloseTo(0.05, ROUNDING);
        assertThat(state.own.variance(NONE)).isCloseTo(0.004, ROUNDING);

        // Error 1 - .62 = .38, S = .05 + .004 + .2 = .254: of the error .05 / S are all models',
        // .004 / S the model's own; variances v (1 - v / S)
        predictor.learn(NONE, 1);
        assertThat(shared.accuracy.weights[0]).isCloseTo(0.574803, within(1e-6));
        assertThat(state.own.weights[0]).isCloseTo(0.125984, within(1e-6));
        assertThat(predictor.predict(NONE)).isCloseTo(0.700787, within(1e-6));
        assertThat(shared.accuracy.variance(NONE)).isCloseTo(0.0401575, within(1e-7));
        assertThat(state.own.variance(NONE)).isCloseTo(0.0039370, within(1e-7));

        // Error .3 - .700787 = -.400787, S = .0401575 + .0039370 + .2 = .2440945
        predictor.learn(NONE, 0.3);
        // .574803 - .400787 x .0401575 / S, .125984 - .400787 x .0039370 / S
        assertThat(shared.accuracy.weights[0]).isCloseTo(0.508867, within(2e-6));
        assertThat(state.own.weights[0]).isCloseTo(0.119520, within(2e-6));

        assertThat(state.labels).isEqualTo(2);
        assertThat(state.mean).isCloseTo(0.65, ROUNDING);
        assertThat(shared.labels).isEqualTo(2);
    }

    @Test
    void tellsOfOtherModelsWhatAllHaveInCommon() {
        var otherState = new AccuracyState();
        var other = new BayesPredictor(shared, otherState, -1);
        predictor.prepare(1);
        other.prepare(1);

        // x = (1, 1): shared .5 + .05 = .55, own .015 + .004 = .019, S = .769, error 0 - .62.
        predictor.learn(RIGHT, 0);
        // .38 - .62 x .55 / S; the learner's own part falls by .62 x .019 / S beside
        assertThat(other.predict(RIGHT)).isCloseTo(-0.063433, within(1e-6));
        assertThat(predictor.predict(RIGHT)).isCloseTo(0.161248, within(1e-6));
        // On the other side the slope and the constant go apart: .38 - .62 x (-.5 + .05) / S
        assertThat(other.predict(LEFT)).isCloseTo(0.742809, within(1e-6));

        assertThat(otherState.own.weights).containsExactly(new double[] {0, -0.12}, ROUNDING);
        assertThat(otherState.own.labels).isZero();
        assertThat(otherState.labels).isZero();
        assertThat(otherState.mean).isEqualTo(0.5);
    }

    @Test
    void tellsModelsApartByPromptsThatOnlyOneIsGoodAt() {
        var otherState = new AccuracyState();
        var predictor = new BayesPredictor(shared, state, 0);
        var other = new BayesPredictor(shared, otherState, 0);
        predictor.prepare(1);
        other.prepare(1);
        for (int i = 0; i < 400; i++) {
            predictor.learn(RIGHT, 0.9);
            predictor.learn(LEFT, 0.1);
            other.learn(RIGHT, 0.1);
            other.learn(LEFT, 0.9);
        }
        assertThat(predictor.predict(RIGHT)).isCloseTo(0.9, within(0.02));
        assertThat(predictor.predict(LEFT)).isCloseTo(0.1, within(0.02));
        assertThat(other.predict(RIGHT)).isCloseTo(0.1, within(0.02));
        assertThat(other.predict(LEFT)).isCloseTo(0.9, within(0.02));
        // A mean cannot tell them apart.
        assertThat(state.mean).isCloseTo(0.5, ROUNDING);
        assertThat(otherState.mean).isCloseTo(0.5, ROUNDING);
    }

    @Test
    void learnsOnlyTheMeanFromFeaturesOfAnotherLength() {
        predictor.prepare(1);
        predictor.learn(new float[] {1, 1}, 0.9);
        predictor.learn(NONE, 0.7);
        assertThat(state.own.labels).isZero();
        assertThat(state.own.weights).containsExactly(new double[] {0, 0.12}, ROUNDING);
        assertThat(shared.accuracy.labels).isZero();
        assertThat(shared.accuracy.weights).containsExactly(0, 0.5);
        assertThat(shared.labels).isZero();
        assertThat(state.labels).isEqualTo(2);
        assertThat(state.mean).isCloseTo(0.8, ROUNDING);

        assertThat(predictor.predict(new float[3])).isCloseTo(0.8, ROUNDING);
        assertThat(predictor.predict(RIGHT)).isCloseTo(0.62, ROUNDING);
        assertThat(predictor.deviation(new float[3])).isZero();
    }

    @Test
    void predictsItsMeanWhereOnlyOneOfBothPartsKnowsTheFeatures() {
        state.own.begin(1, 0, 0.004, 0.015);
        assertThat(predictor.predict(RIGHT)).isEqualTo(0.5);
        predictor.learn(RIGHT, 0.8);
        assertThat(predictor.predict(RIGHT)).isEqualTo(0.8);
        assertThat(state.own.labels).isZero();
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
        var predictor = new BayesPredictor(shared, state, rank);
        predictor.prepare(1);
        for (int i = 0; i < labels; i++) {
            predictor.learn(i % 2 == 0 ? LEFT : RIGHT, score);
        }
        predictor.prepare(2);

        assertThat(state.own.weights).containsExactly(new double[] {0, 0, constant}, within(1e-9));
        // Slopes .015 as ever; the constant .2 / (50 + labels)
        double variance = 0.2 / (50 + Math.min(labels, 100));
        assertThat(state.own.variance(new float[] {0, 0})).isCloseTo(variance, ROUNDING);
        assertThat(state.own.variance(new float[] {0, 2}))
                .isCloseTo(variance + 4 * 0.015, within(1e-9));
        assertThat(state.labels).isEqualTo(labels);
        assertThat(predictor.predict(new float[] {5, 5})).isCloseTo(0.5 + constant, within(1e-9));
    }

    @Test
    void keepsWhatItLearnedWhileFeaturesAreAsManyAsBefore() {
        predictor.prepare(1);
        predictor.learn(RIGHT, 1);
        double before = predictor.predict(RIGHT);
        new BayesPredictor(shared, state, -1).prepare(1);
        assertThat(predictor.predict(RIGHT)).isEqualTo(before);
        assertThat(state.own.labels).isEqualTo(1);
    }

    @Test
    void isSurerWithEveryLabel() {
        predictor.prepare(0);
        assertThat(predictor.deviation(NONE)).isCloseTo(0.0632456, within(1e-6)); // sqrt(.004)
        predictor.learn(NONE, 1);
        assertThat(predictor.deviation(NONE)).isCloseTo(0.0627456, within(1e-6)); // .0039370
        // Slopes of .015: sqrt(.004 + .015 x 2^2)
        predictor.prepare(1);
        assertThat(predictor.deviation(NONE)).isZero();
        var young = new BayesPredictor(new SharedState(), new AccuracyState(), 1);
        young.prepare(1);
        assertThat(young.deviation(new float[] {2})).isCloseTo(0.2529822, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void isNotInfectedByFeaturesThatAreNoNumbers(float odd) {
        predictor.prepare(1);
        predictor.learn(RIGHT, 1);
        double before = predictor.predict(RIGHT);
        double deviation = predictor.deviation(RIGHT);

        predictor.learn(new float[] {odd}, 0.6);
        assertThat(predictor.predict(RIGHT)).isEqualTo(before);
        assertThat(state.own.labels).isEqualTo(1);
        assertThat(shared.accuracy.labels).isEqualTo(1);
        // The label itself is a good one.
        assertThat(state.labels).isEqualTo(2);
        assertThat(state.mean).isCloseTo(0.8, ROUNDING);

        predictor.learn(RIGHT, 1);
        assertThat(predictor.predict(RIGHT)).isGreaterThan(before);
        assertThat(predictor.deviation(RIGHT)).isLessThan(deviation);
    }
}
