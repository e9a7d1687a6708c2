package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Priors;
import dev.messplus.core.zoo.ModelState;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BayesPredictorTest {

    private static final Offset<Double> ROUNDING = within(1e-12);
    private static final float[] NONE = {};
    private static final float[] CONSTANT = {1};
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
        assertThat(shared.accuracy.variance(CONSTANT)).isCloseTo(0.05, ROUNDING);
        assertThat(state.own.variance(CONSTANT)).isCloseTo(0.02, ROUNDING);

        // Error 1 - .62 = .38, S = .05 + .02 + .2 = .27: of the error .05 / S are all models',
        // .02 / S the model's own; variances v (1 - v / S), and 1e-5 of the way back to v
        predictor.learn(NONE, 1, Priors.LABEL_VARIANCE, List.of());
        assertThat(shared.accuracy.weights[0]).isCloseTo(0.570370370, within(1e-9));
        assertThat(state.own.weights[0]).isCloseTo(0.148148148, within(1e-9));
        assertThat(predictor.predict(NONE)).isCloseTo(0.718518519, within(1e-9));
        assertThat(shared.accuracy.variance(CONSTANT)).isCloseTo(0.0407408333, within(1e-10));
        assertThat(state.own.variance(CONSTANT)).isCloseTo(0.0185185333, within(1e-10));

        // Error .3 - 0.718519, S = 0.0407408 + 0.0185185 + .2
        predictor.learn(NONE, 0.3, Priors.LABEL_VARIANCE, List.of());
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

        // x = (1, 1): shared .05 + .2 = .25, own .02 + .03 = .05, S = .5, error 0 - .62.
        predictor.learn(RIGHT, 0, Priors.LABEL_VARIANCE, List.of());
        // .38 - .62 x .25 / S; the learner's own part falls by .62 x .05 / S beside
        assertThat(other.predict(RIGHT)).isCloseTo(0.07, ROUNDING);
        assertThat(predictor.predict(RIGHT)).isCloseTo(0.248, ROUNDING);
        // On the other side, k = e^(-4 / (2 x .8^2)): .38 - .62 x (.05 + .2 k) / S
        double k = Math.exp(-3.125);
        assertThat(other.predict(LEFT)).isCloseTo(0.38 - 1.24 * (0.05 + 0.2 * k), within(1e-7));

        assertThat(otherState.own.weights).containsExactly(new double[] {-0.12}, ROUNDING);
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
            predictor.learn(RIGHT, 0.9, Priors.LABEL_VARIANCE, List.of());
            predictor.learn(LEFT, 0.1, Priors.LABEL_VARIANCE, List.of());
            other.learn(RIGHT, 0.1, Priors.LABEL_VARIANCE, List.of());
            other.learn(LEFT, 0.9, Priors.LABEL_VARIANCE, List.of());
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
        shared.kernel.see(RIGHT);
        predictor.learn(new float[] {1, 1}, 0.9, Priors.LABEL_VARIANCE, List.of());
        predictor.learn(NONE, 0.7, Priors.LABEL_VARIANCE, List.of());
        assertThat(state.own.labels).isZero();
        assertThat(state.own.weights).containsExactly(new double[] {0.12}, ROUNDING);
        assertThat(shared.accuracy.weights).containsExactly(0.5);
        assertThat(shared.accuracy.labels).isZero();
        assertThat(shared.kernel.size).isOne();
        assertThat(state.labels).isEqualTo(2);
        assertThat(state.mean).isCloseTo(0.8, ROUNDING);

        assertThat(predictor.predict(new float[3])).isCloseTo(0.8, ROUNDING);
        assertThat(predictor.predict(RIGHT)).isCloseTo(0.62, ROUNDING);
        assertThat(predictor.deviation(new float[3])).isZero();
    }

    @Test
    void predictsItsMeanUntilBothPartsHaveBegun() {
        state.count(0.8);
        state.own.begin(0, 0.004, 0.015);
        assertThat(predictor.predict(RIGHT)).isEqualTo(0.8);
        assertThat(predictor.deviation(RIGHT)).isZero();
        shared.prepare(0.5);
        assertThat(predictor.predict(RIGHT)).isEqualTo(0.5);
        state.forgetFeatures();
        assertThat(predictor.predict(RIGHT)).isEqualTo(0.8);
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
    void beginsWithItsMeanWhenAnotherEmbeddingMakesTheFeatures(
            int labels, double score, double expected, double constant) {
        var predictor = expecting(expected, state);
        predictor.prepare(1);
        for (int i = 0; i < labels; i++) {
            predictor.learn(i % 2 == 0 ? LEFT : RIGHT, score, Priors.LABEL_VARIANCE, List.of());
        }
        shared.forgetFeatures(labels);
        state.forgetFeatures();
        float[] prompt = {5, 5};
        predictor.prepare(2);
        shared.kernel.see(prompt);

        assertThat(state.own.weights).containsExactly(new double[] {constant}, within(1e-9));
        // The constant .2 / (10 + labels); the slope .03 as ever
        double variance = 0.2 / (10 + Math.min(labels, 100));
        assertThat(Math.pow(predictor.deviation(new float[] {500, 500}), 2))
                .isCloseTo(variance, ROUNDING);
        assertThat(Math.pow(predictor.deviation(prompt), 2))
                .isCloseTo(variance + 0.03, within(1e-9));
        assertThat(state.labels).isEqualTo(labels);
        assertThat(predictor.predict(prompt)).isCloseTo(0.5 + constant, within(1e-9));
    }

    @Test
    void keepsWhatItLearnedWhileFeaturesAreAsManyAsBefore() {
        predictor.prepare(1);
        predictor.learn(RIGHT, 1, Priors.LABEL_VARIANCE, List.of());
        double before = predictor.predict(RIGHT);
        expecting(0.38, state).prepare(1);
        assertThat(predictor.predict(RIGHT)).isEqualTo(before);
        assertThat(state.own.labels).isEqualTo(1);
    }

    @Test
    void isSurerWithEveryLabel() {
        predictor.prepare(0);
        assertThat(predictor.deviation(NONE)).isCloseTo(0.1414214, within(1e-6)); // sqrt(.02)
        predictor.learn(NONE, 1, Priors.LABEL_VARIANCE, List.of());
        assertThat(predictor.deviation(NONE)).isCloseTo(0.1360828, within(1e-6));
        // Slopes of .03: sqrt(.02 + .03) at a landmark, sqrt(.02 + .03 e^(-2 x 3.125)) beside it
        shared.kernel.see(RIGHT);
        var young = expecting(0.62, new AccuracyState());
        young.prepare(1);
        assertThat(young.deviation(RIGHT)).isCloseTo(0.2236068, within(1e-6));
        assertThat(young.mostDeviation()).isCloseTo(0.2236068, within(1e-6));
        double k = Math.exp(-3.125);
        assertThat(young.deviation(LEFT)).isCloseTo(Math.sqrt(0.02 + 0.03 * k * k), within(1e-6));
    }

    /** However many labels of one kind there are, a distant kind has the constant alone. */
    @Test
    void doesNotExtrapolate() {
        predictor.prepare(1);
        for (int i = 0; i < 1_000; i++) {
            predictor.learn(RIGHT, 0, Priors.LABEL_VARIANCE, List.of());
        }
        assertThat(predictor.predict(RIGHT)).isCloseTo(0, within(0.01));
        double constant = shared.accuracy.weights[0] + state.own.weights[0];
        // .05 + .02 of the .3 that the error of .62 is shared out by
        assertThat(constant).isCloseTo(0.62 * (1 - 0.07 / 0.3), within(0.02));
        for (float distant : new float[] {-1_000, -10, 12, 1e30f}) {
            assertThat(predictor.predict(new float[] {distant})).isCloseTo(constant, ROUNDING);
        }
        for (float x = -10; x <= 10; x += 0.25f) {
            assertThat(predictor.predict(new float[] {x})).isBetween(-0.01, 0.62);
        }
    }

    /**
     * Models a and b are believed to score .6 and .45, with variances .03 and .02, and scored .9
     * and .2. With R = .2 ((1 .4) (.4 1)), S = P + R = ((.23 .08) (.08 .22)) of determinant .0442,
     * and S^-1 (.3 -.25) = (.22 x .3 + .08 x .25, -.08 x .3 - .23 x .25) / .0442.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void learnsTwoLabelsOfAPromptAsTheirJointDistributionSays(boolean firstA) {
        certain(0.5);
        var stateOfB = new AccuracyState();
        state.own.begin(0.1, 0.03, 0);
        stateOfB.own.begin(-0.05, 0.02, 0);
        var a = expecting(0.5, state);
        var b = expecting(0.5, stateOfB);
        if (firstA) {
            a.learn(NONE, 0.9, 0.2, List.of());
            b.learn(NONE, 0.2, 0.2, List.of(new EarlierLabel(state, 0.9)));
        } else {
            b.learn(NONE, 0.2, 0.2, List.of());
            a.learn(NONE, 0.9, 0.2, List.of(new EarlierLabel(stateOfB, 0.2)));
        }

        assertThat(a.predict(NONE)).isCloseTo(0.6 + 0.03 * 0.086 / 0.0442, within(1e-6));
        assertThat(b.predict(NONE)).isCloseTo(0.45 - 0.02 * 0.0815 / 0.0442, within(1e-6));
        assertThat(variance(a)).isCloseTo(0.03 - 0.0009 * 0.22 / 0.0442, within(1e-6));
        assertThat(variance(b)).isCloseTo(0.02 - 0.0004 * 0.23 / 0.0442, within(1e-6));
        assertThat(state.labels).isOne();
        assertThat(stateOfB.labels).isOne();
    }

    /**
     * Of a and b it is known that they score .6 and .45, and they were off by .3 and -.25. The
     * third is then expected to be off by .4 / 1.4 x .05, with variance .2 (1 - 2 x .4 x .4 / 1.4).
     */
    @Test
    void learnsAThirdLabelFromTheErrorsOfTwoOthers() {
        certain(0.5);
        var stateOfA = new AccuracyState();
        var stateOfB = new AccuracyState();
        stateOfA.own.begin(0.1, 0, 0);
        stateOfB.own.begin(-0.05, 0, 0);
        state.own.begin(0, 0.02, 0);
        predictor.learn(
                NONE,
                1,
                0.2,
                List.of(new EarlierLabel(stateOfA, 0.9), new EarlierLabel(stateOfB, 0.2)));

        double noise = 0.2 * (1 - 0.32 / 1.4);
        double error = 0.5 - 0.02 / 1.4;
        assertThat(predictor.predict(NONE))
                .isCloseTo(0.5 + 0.02 / (0.02 + noise) * error, within(1e-6));
        assertThat(variance(predictor)).isCloseTo(0.02 - 0.0004 / (0.02 + noise), within(1e-6));
        assertThat(stateOfA.own.weights).containsExactly(0.1);
        assertThat(stateOfB.own.weights).containsExactly(-0.05);
    }

    @Test
    void learnsOfEveryAnswerByItselfWherePromptsAreNotHarderThanTheyLook() {
        shared.promptNoise.products = -1_000;
        shared.promptNoise.squares = 1_000;
        predictor.prepare(0);
        var other = new AccuracyState();
        other.own.begin(0.1, 0.02, 0.03);
        predictor.learn(NONE, 1, Priors.LABEL_VARIANCE, List.of(new EarlierLabel(other, 0)));
        // As of one label alone
        assertThat(shared.accuracy.weights[0]).isCloseTo(0.570370370, within(1e-9));
        assertThat(state.own.weights[0]).isCloseTo(0.148148148, within(1e-9));
        assertThat(other.own.weights[0]).isEqualTo(0.1);
    }

    /** It left the zoo, and perhaps came back. */
    @Test
    void doesNotBeginTheBeliefOfAModelThatHasNone() {
        predictor.prepare(0);
        var gone = new AccuracyState();
        predictor.learn(NONE, 1, Priors.LABEL_VARIANCE, List.of(new EarlierLabel(gone, 0)));
        assertThat(gone.own.isEmpty()).isTrue();
        assertThat(shared.accuracy.weights[0]).isCloseTo(0.570370370, within(1e-9));
        assertThat(shared.promptNoise.squares).isZero();
    }

    @Test
    void comparesTheErrorsOfAnswersToOnePrompt() {
        certain(0.5);
        state.own.begin(0, 0, 0);
        var other = new AccuracyState();
        other.own.begin(0.1, 0, 0);
        predictor.learn(NONE, 0.9, Priors.LABEL_VARIANCE, List.of(new EarlierLabel(other, 0.4)));
        // .4 and -.2
        assertThat(shared.promptNoise.products).isCloseTo(-0.08, ROUNDING);
        assertThat(shared.promptNoise.squares).isCloseTo(0.1, ROUNDING);
        // Means of many labels say nothing of it.
        predictor.learn(
                new RecordedPrompts(NONE, 2), 0.9, 1, List.of(new EarlierLabel(other, 0.4)));
        assertThat(shared.promptNoise.squares).isCloseTo(0.1, ROUNDING);
    }

    @Test
    void forecastsWhatIsInFlightByWhatIsKnownNow() {
        predictor.prepare(1);
        int first = predictor.enter(RIGHT);
        int second = predictor.enter(LEFT);
        assertThat(predictor.inFlightScore(2)).isCloseTo(2 * 0.62, ROUNDING);
        for (int i = 0; i < 5; i++) {
            predictor.learn(RIGHT, 0, Priors.LABEL_VARIANCE, List.of());
        }
        double right = predictor.predict(RIGHT);
        double left = predictor.predict(LEFT);
        assertThat(right).isLessThan(0.2);
        assertThat(predictor.inFlightScore(2)).isCloseTo(right + left, within(1e-6));

        // The mean of the labels, where features are unknown
        int odd = predictor.enter(new float[] {Float.NaN});
        assertThat(predictor.inFlightScore(3)).isCloseTo(right + left + state.mean, within(1e-6));
        predictor.leave(new float[] {Float.NaN}, odd);

        predictor.leave(RIGHT, first);
        assertThat(predictor.inFlightScore(1)).isCloseTo(left, within(1e-6));
        predictor.leave(LEFT, second);
        assertThat(predictor.inFlightScore(0)).isEqualTo(0.0);
        assertThat(state.inFlightRegressors).isEmpty();
    }

    /** Landmarks came while it was in flight: what entered leaves, and no more. */
    @Test
    void takesOffWhatEnteredHoweverManyLandmarksCame() {
        predictor.prepare(1);
        int early = predictor.enter(RIGHT);
        float[][] later = {{-1}, {3}, {5}, {0.1f}};
        int[] regressors = new int[later.length];
        for (int i = 0; i < later.length; i++) {
            regressors[i] = predictor.enter(later[i]);
        }
        assertThat(shared.kernel.size).isGreaterThan(early - 1);
        predictor.leave(RIGHT, early);
        double expected = 0;
        for (float[] features : later) {
            expected += predictor.predict(features);
        }
        assertThat(predictor.inFlightScore(later.length)).isCloseTo(expected, within(1e-6));
        for (int i = 0; i < later.length; i++) {
            predictor.leave(later[i], regressors[i]);
        }
        assertThat(predictor.inFlightScore(0)).isEqualTo(0.0);
    }

    @Test
    void forecastsWhatIsInFlightByItsMeanAfterAnotherEmbedding() {
        predictor.prepare(1);
        int regressors = predictor.enter(RIGHT);
        predictor.enter(LEFT);
        predictor.learn(RIGHT, 0.8, Priors.LABEL_VARIANCE, List.of());
        shared.forgetFeatures(2);
        state.forgetFeatures();
        assertThat(predictor.inFlightScore(2)).isCloseTo(2 * 0.8, ROUNDING);
        float[] newer = {1, 2};
        predictor.prepare(2);
        int last = predictor.enter(newer);
        assertThat(predictor.inFlightScore(3))
                .isCloseTo(2 * 0.8 + predictor.predict(newer), within(1e-6));
        predictor.leave(null, regressors);
        assertThat(predictor.inFlightScore(2))
                .isCloseTo(0.8 + predictor.predict(newer), within(1e-6));
        predictor.leave(newer, last);
        assertThat(predictor.inFlightScore(1)).isCloseTo(0.8, ROUNDING);
        predictor.leave(null, regressors);
        assertThat(predictor.inFlightScore(0)).isEqualTo(0.0);
    }

    /** A model left the zoo with requests in flight, and came back without its state. */
    @Test
    void countsNoRequestThatNeverEntered() {
        predictor.prepare(1);
        predictor.leave(RIGHT, 2);
        assertThat(state.inFlightRegressors).isEmpty();
        int regressors = predictor.enter(RIGHT);
        assertThat(predictor.inFlightScore(1)).isCloseTo(0.62, ROUNDING);
        predictor.leave(RIGHT, regressors);
        assertThat(state.inFlightRegressors).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void isNotInfectedByFeaturesThatAreNoNumbers(float odd) {
        predictor.prepare(1);
        predictor.learn(RIGHT, 1, Priors.LABEL_VARIANCE, List.of());
        double before = predictor.predict(RIGHT);
        double deviation = predictor.deviation(RIGHT);

        predictor.learn(new float[] {odd}, 0.6, Priors.LABEL_VARIANCE, List.of());
        assertThat(predictor.predict(RIGHT)).isEqualTo(before);
        assertThat(state.own.labels).isEqualTo(1);
        assertThat(shared.accuracy.labels).isEqualTo(1);
        // The label itself is a good one.
        assertThat(state.labels).isEqualTo(2);
        assertThat(state.mean).isCloseTo(0.8, ROUNDING);

        predictor.learn(RIGHT, 1, Priors.LABEL_VARIANCE, List.of());
        assertThat(predictor.predict(RIGHT)).isGreaterThan(before);
        assertThat(predictor.deviation(RIGHT)).isLessThan(deviation);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void beginsAsUsualAfterFeaturesThatAreNoNumbers(float odd) {
        float[] broken = {odd};
        predictor.prepare(1);
        predictor.enter(broken);
        predictor.learn(broken, 0.6, Priors.LABEL_VARIANCE, List.of());
        assertThat(shared.kernel.size).isZero();
        assertThat(predictor.predict(broken)).isEqualTo(0.6);
        assertThat(predictor.inFlightScore(1)).isEqualTo(0.6);
        predictor.enter(RIGHT);
        assertThat(predictor.inFlightScore(2)).isCloseTo(0.6 + 0.62, ROUNDING);
    }

    /** Whatever prompts they were of, and whether they could be learned from. */
    @Test
    void theMoreLabelsThereAreTheLessItsPriceSays() {
        assertThat(predictor.priceSays()).isOne();
        predictor.prepare(1);
        for (int i = 0; i < Priors.PRICE_ADVANTAGE_LABELS; i++) {
            predictor.learn(RIGHT, 1, Priors.LABEL_VARIANCE, List.of());
        }
        assertThat(predictor.priceSays()).isEqualTo(0.5);
        state.forgetFeatures();
        assertThat(predictor.priceSays()).isEqualTo(0.5);
    }

    /** What all models have in common is known for certain: it is this for every prompt. */
    private void certain(double accuracy) {
        shared.accuracy.begin(accuracy, 0, 0);
    }

    private static double variance(BayesPredictor predictor) {
        return Math.pow(predictor.deviation(NONE), 2);
    }

    private BayesPredictor expecting(double expectedScore, AccuracyState accuracy) {
        var model = new ModelState();
        model.expectedScore = expectedScore;
        model.accuracy = accuracy;
        return new BayesPredictor(shared, model.accuracy, model.expectedScore, 0.5);
    }
}
