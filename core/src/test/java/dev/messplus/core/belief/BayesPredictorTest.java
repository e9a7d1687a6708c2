package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Priors;
import dev.messplus.core.zoo.ModelState;
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

    /** Expected to score .62, in a zoo of .5. */
    private final BayesPredictor predictor = expecting(0.62, state);

    @Test
    void expectsWhatTheOwnerDoesOrElseTheZoosScore() {
        predictor.prepare(2);
        assertThat(predictor.predict(new float[] {3, -2})).isCloseTo(0.62, ROUNDING);
        var unknown = expecting(Double.NaN, new AccuracyState());
        unknown.prepare(2);
        assertThat(unknown.predict(new float[] {3, -2})).isCloseTo(0.5, ROUNDING);
    }

    @Test
    void learnsOfPromptsAndOfItsModelFromOneLabel() {
        predictor.prepare(0);
        assertThat(shared.accuracy.variance(NONE)).isCloseTo(0.05, ROUNDING);
        assertThat(state.own.variance(NONE)).isCloseTo(0.02, ROUNDING);

        // Error 1 - .62 = .38, S = .05 + .02 + .2 = .27: of the error .05 / S are all models',
        // .02 / S the model's own; variances v (1 - v / S), and 1e-5 of the way back to v
        predictor.learn(NONE, 1, Priors.LABEL_VARIANCE);
        assertThat(shared.accuracy.weights[0]).isCloseTo(0.570370370, within(1e-9));
        assertThat(state.own.weights[0]).isCloseTo(0.148148148, within(1e-9));
        assertThat(predictor.predict(NONE)).isCloseTo(0.718518519, within(1e-9));
        assertThat(shared.accuracy.variance(NONE)).isCloseTo(0.0407408333, within(1e-10));
        assertThat(state.own.variance(NONE)).isCloseTo(0.0185185333, within(1e-10));

        // Error .3 - 0.718519, S = 0.0407408 + 0.0185185 + .2
        predictor.learn(NONE, 0.3, Priors.LABEL_VARIANCE);
        assertThat(shared.accuracy.weights[0]).isCloseTo(0.504603052, within(1e-9));
        assertThat(state.own.weights[0]).isCloseTo(0.118253957, within(1e-9));

        assertThat(state.labels).isEqualTo(2);
        assertThat(state.mean).isCloseTo(0.65, ROUNDING);
        assertThat(shared.accuracy.labels).isEqualTo(2);
    }

    @Test
    void tellsOfOtherModelsWhatAllHaveInCommon() {
        var otherState = new AccuracyState();
        var other = expecting(0.38, otherState);
        predictor.prepare(1);
        other.prepare(1);

        // x = (1, 1): shared .5 + .05 = .55, own .015 + .02 = .035, S = .785, error 0 - .62.
        predictor.learn(RIGHT, 0, Priors.LABEL_VARIANCE);
        // .38 - .62 x .55 / S; the learner's own part falls by .62 x .035 / S beside
        assertThat(other.predict(RIGHT)).isCloseTo(-0.054395, within(1e-6));
        assertThat(predictor.predict(RIGHT)).isCloseTo(0.157962, within(1e-6));
        // On the other side the slope and the constant go apart: .38 - .62 x (-.5 + .05) / S
        assertThat(other.predict(LEFT)).isCloseTo(0.735414, within(1e-6));

        assertThat(otherState.own.weights).containsExactly(new double[] {0, -0.12}, ROUNDING);
        assertThat(otherState.own.labels).isZero();
        assertThat(otherState.labels).isZero();
        assertThat(otherState.mean).isEqualTo(0.5);
    }

    @Test
    void tellsModelsApartByPromptsThatOnlyOneIsGoodAt() {
        var otherState = new AccuracyState();
        var predictor = expecting(0.5, state);
        var other = expecting(0.5, otherState);
        predictor.prepare(1);
        other.prepare(1);
        for (int i = 0; i < 400; i++) {
            predictor.learn(RIGHT, 0.9, Priors.LABEL_VARIANCE);
            predictor.learn(LEFT, 0.1, Priors.LABEL_VARIANCE);
            other.learn(RIGHT, 0.1, Priors.LABEL_VARIANCE);
            other.learn(LEFT, 0.9, Priors.LABEL_VARIANCE);
        }
        assertThat(predictor.predict(RIGHT)).isCloseTo(0.9, within(0.02));
        assertThat(predictor.predict(LEFT)).isCloseTo(0.1, within(0.02));
        assertThat(other.predict(RIGHT)).isCloseTo(0.1, within(0.02));
        assertThat(other.predict(LEFT)).isCloseTo(0.9, within(0.02));
        // A mean cannot distinguish them.
        assertThat(state.mean).isCloseTo(0.5, ROUNDING);
        assertThat(otherState.mean).isCloseTo(0.5, ROUNDING);
    }

    @Test
    void learnsOnlyTheMeanFromFeaturesOfAnotherLength() {
        predictor.prepare(1);
        predictor.learn(new float[] {1, 1}, 0.9, Priors.LABEL_VARIANCE);
        predictor.learn(NONE, 0.7, Priors.LABEL_VARIANCE);
        assertThat(state.own.labels).isZero();
        assertThat(state.own.weights).containsExactly(new double[] {0, 0.12}, ROUNDING);
        assertThat(shared.accuracy.labels).isZero();
        assertThat(shared.accuracy.weights).containsExactly(0, 0.5);
        assertThat(shared.accuracy.labels).isZero();
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
        predictor.learn(RIGHT, 0.8, Priors.LABEL_VARIANCE);
        assertThat(predictor.predict(RIGHT)).isEqualTo(0.8);
        assertThat(state.own.labels).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        // (10 (expected - .5) + labels x (mean - .5)) / (10 + labels), of at most 100 labels
        "0,   0.9, 0.62, 0.12",
        "10,  1,   0.38, 0.19", // (-1.2 + 5) / 20
        "30,  0.3, NaN, -0.15", // -6 / 40
        "100, 0.8, 0.61, 0.282727272727", // (1.1 + 30) / 110
        "400, 0.8, 0.61, 0.282727272727",
    })
    void beginsWithItsMeanWhenFeaturesChangeTheirLength(
            int labels, double score, double expected, double constant) {
        var predictor = expecting(expected, state);
        predictor.prepare(1);
        for (int i = 0; i < labels; i++) {
            predictor.learn(i % 2 == 0 ? LEFT : RIGHT, score, Priors.LABEL_VARIANCE);
        }
        predictor.prepare(2);

        assertThat(state.own.weights).containsExactly(new double[] {0, 0, constant}, within(1e-9));
        // Slopes .015 as ever; the constant .2 / (10 + labels)
        double variance = 0.2 / (10 + Math.min(labels, 100));
        assertThat(state.own.variance(new float[] {0, 0})).isCloseTo(variance, ROUNDING);
        assertThat(state.own.variance(new float[] {0, 2}))
                .isCloseTo(variance + 4 * 0.015, within(1e-9));
        assertThat(state.labels).isEqualTo(labels);
        assertThat(predictor.predict(new float[] {5, 5})).isCloseTo(0.5 + constant, within(1e-9));
    }

    @Test
    void keepsWhatItLearnedWhileFeaturesAreAsManyAsBefore() {
        predictor.prepare(1);
        predictor.learn(RIGHT, 1, Priors.LABEL_VARIANCE);
        double before = predictor.predict(RIGHT);
        expecting(0.38, state).prepare(1);
        assertThat(predictor.predict(RIGHT)).isEqualTo(before);
        assertThat(state.own.labels).isEqualTo(1);
    }

    @Test
    void isSurerWithEveryLabel() {
        predictor.prepare(0);
        assertThat(predictor.deviation(NONE)).isCloseTo(0.1414214, within(1e-6)); // sqrt(.02)
        predictor.learn(NONE, 1, Priors.LABEL_VARIANCE);
        assertThat(predictor.deviation(NONE)).isCloseTo(0.1360828, within(1e-6));
        // Slopes of .015: sqrt(.02 + .015 x 2^2)
        predictor.prepare(1);
        assertThat(predictor.deviation(NONE)).isZero();
        var young = expecting(0.62, new AccuracyState());
        young.prepare(1);
        assertThat(young.deviation(new float[] {2})).isCloseTo(0.2828427, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void isNotInfectedByFeaturesThatAreNoNumbers(float odd) {
        predictor.prepare(1);
        predictor.learn(RIGHT, 1, Priors.LABEL_VARIANCE);
        double before = predictor.predict(RIGHT);
        double deviation = predictor.deviation(RIGHT);

        predictor.learn(new float[] {odd}, 0.6, Priors.LABEL_VARIANCE);
        assertThat(predictor.predict(RIGHT)).isEqualTo(before);
        assertThat(state.own.labels).isEqualTo(1);
        assertThat(shared.accuracy.labels).isEqualTo(1);
        // The label itself is a good one.
        assertThat(state.labels).isEqualTo(2);
        assertThat(state.mean).isCloseTo(0.8, ROUNDING);

        predictor.learn(RIGHT, 1, Priors.LABEL_VARIANCE);
        assertThat(predictor.predict(RIGHT)).isGreaterThan(before);
        assertThat(predictor.deviation(RIGHT)).isLessThan(deviation);
    }

    @Test
    void saysHowMuchOfItsPriorIsLeft() {
        assertThat(predictor.priorLeft()).isOne();
        predictor.prepare(0);
        assertThat(predictor.priorLeft()).isOne();
        predictor.learn(NONE, 1, Priors.LABEL_VARIANCE);
        assertThat(predictor.priorLeft()).isCloseTo(0.0185185333 / 0.02, within(1e-8));
        for (int i = 0; i < 1_000; i++) {
            predictor.learn(NONE, 1, Priors.LABEL_VARIANCE);
        }
        assertThat(predictor.priorLeft()).isBetween(0.0, 0.02);
    }

    private BayesPredictor expecting(double expectedScore, AccuracyState accuracy) {
        var model = new ModelState();
        model.expectedScore = expectedScore;
        model.accuracy = accuracy;
        return new BayesPredictor(shared, model.accuracy, model.expectedScore, 0.5);
    }
}
