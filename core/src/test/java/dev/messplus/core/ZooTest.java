package dev.messplus.core;

import static dev.messplus.core.TestSla.bare;
import static dev.messplus.core.TestSla.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZooTest {

    private static final Offset<Double> ROUNDING = within(1e-12);
    private static final float[] NONE = {};

    /** V is .2 x 10,000 x .01 x (best - .6) = 20 x (best - .6), no less than .4. */
    private static final Policy STREAM = Policy.stream(0.6);

    private static final Policy BARE = bare(0.6);

    private final SlaState sla = new SlaState();
    private final SharedState shared = new SharedState();
    private ModelState[] models;

    @Test
    void hasAStateForEveryModel() {
        var none = new ModelState[0];
        var one = new ModelState[] {new ModelState()};
        assertThatThrownBy(() -> new Zoo(STREAM, List.of(), sla, shared, none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "zoo: must have as many models as there are states and at least one, "
                                + "had 0 for 0");
        assertThatThrownBy(() -> new Zoo(STREAM, List.of("a", "b"), sla, shared, one))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("had 2 for 1");
    }

    @Test
    void keepsWhatItsModelsWereAskedAndForgetsThatOfOthers() {
        Zoo before = zoo(STREAM, "a", "left");
        before.ask(0);
        before.ask(0);
        before.ask(1);
        Zoo zoo = zoo(STREAM, "new", "a");
        assertThat(sla.asked).containsOnly(Map.entry("a", 2L));
        assertThat(zoo.tried(0)).isZero();
        assertThat(zoo.tried(1)).isEqualTo(2);
    }

    @Test
    void learnsNothingOfAModelThatLeft() {
        Zoo zoo = zoo(STREAM, "a", "b");
        assertThat(zoo.model("b")).isSameAs(models[1]);
        zoo.model("left").served++;
        assertThat(zoo.model("left").served).isZero();
    }

    @Test
    void countsLabelsOfAReleaseThatDidNotCountRequests() {
        Zoo zoo = zoo(STREAM, "a");
        assertThat(zoo.tried(0)).isZero();
        models[0].accuracy.labels = 40;
        assertThat(zoo.tried(0)).isEqualTo(40);
        sla.asked.put("a", 41L);
        assertThat(zoo.tried(0)).isEqualTo(41);
    }

    @Test
    void isBlindUntilTheFirstLabelOfAnyModel() {
        Zoo zoo = zoo(STREAM, "a", "b");
        assertThat(zoo.isBlind()).isTrue();
        models[1].accuracy.labels = 1;
        assertThat(zoo.isBlind()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, '0.5'", "2, '0.38 0.62'", "3, '0.38 0.5 0.62'", "4, '0.38 0.46 0.54 0.62'"})
    void thinksBetterOfALaterModelBeforeTheFirstLabel(int size, String accuracies) {
        String[] ids = Stream.iterate("m", id -> id + "m").limit(size).toArray(String[]::new);
        // .5 + .12 x rank, ranks spread from -1 to 1
        double[] expected =
                Stream.of(accuracies.split(" ")).mapToDouble(Double::parseDouble).toArray();
        assertThat(predict(zoo(STREAM, ids), 2, -3).accuracy).containsExactly(expected, ROUNDING);
    }

    @Test
    void learnsOfPromptsFromEveryModelsLabels() {
        Zoo zoo = zoo(STREAM, "a", "b");
        predict(zoo);
        zoo.learn(models[1], NONE, 1);
        // .62 + (.054 / .254) x .38 of b; a gains only what all have in common, .05 / .254 x .38
        double[] expected = {0.38 + 0.38 * 0.05 / 0.254, 0.62 + 0.38 * 0.054 / 0.254};
        assertThat(predict(zoo).accuracy).containsExactly(expected, ROUNDING);
        assertThat(zoo.predict(models[0], NONE)).isCloseTo(expected[0], ROUNDING);
    }

    @Test
    void leavesWhatModelsShareAloneUnderThePapersLearner() {
        Zoo zoo = zoo(BARE, "a", "b");
        Decision d = predict(zoo, 1, 2);
        zoo.learn(models[0], new float[] {1, 2}, 1);
        assertThat(d.accuracy).containsExactly(0, 0);
        assertThat(d.deviation).containsExactly(0, 0);
        assertThat(shared.accuracy.weights).isEmpty();
        // x + .5 x 2 x 1 x (1, 2, 1) = (1, 2, 1)
        assertThat(predict(zoo, 1, 0).accuracy).containsExactly(2, 0);
    }

    @Test
    void isAsUnsureOfEveryModelAtFirst() {
        assertThat(predict(zoo(STREAM, "a", "b")).deviation)
                .containsExactly(new double[] {Math.sqrt(0.004), Math.sqrt(0.004)}, ROUNDING);
    }

    @Test
    void estimatesJoulesOfThePrompt() {
        Zoo zoo = zoo(STREAM, "a", "b");
        models[0].energy.priorJoules = 5;
        models[0].energy.priorJoulesPerToken = 0.1;
        // 5 + .1 x 100 tokens
        assertThat(predict(zoo).joules).containsExactly(15, Double.NaN);
    }

    @Test
    void countsAModelThatNobodyMetersAsTheDearest() {
        Zoo zoo = zoo(STREAM, "a", "b", "c");
        assertThat(zoo.joules(Double.NaN)).isZero();
        assertThat(zoo.strength(0)).isEqualTo(Double.MAX_VALUE);
        models[0].energy.observe(100, 0, 10);
        models[1].energy.observe(100, 0, 40);
        assertThat(zoo.joules(Double.NaN)).isEqualTo(40);
        assertThat(zoo.joules(3)).isEqualTo(3);
        assertThat(zoo.strength(0)).isEqualTo(10);
        assertThat(zoo.strength(1)).isEqualTo(40);
        assertThat(zoo.strength(2)).isEqualTo(Double.MAX_VALUE);
    }

    @Test
    void measuresByTheMostAccurateModelOfThoseThatProvedIt() {
        Policy policy = with(STREAM, "learner", Policy.Learner.LINEAR_SGD);
        Zoo zoo = zoo(policy, "a", "b");
        models[0].energy.observe(100, 0, 10);
        models[1].energy.observe(100, 0, 40);
        models[0].accuracy.labels = 99;
        models[0].accuracy.mean = 0.8;
        // .8 - .45 / sqrt(100) = .755 against 1 - .45 / sqrt(2) = .68
        models[1].accuracy.labels = 1;
        models[1].accuracy.mean = 1;
        assertThat(zoo.v()).isCloseTo(4, ROUNDING); // 20 x .2
        assertThat(zoo.perJoule()).isCloseTo(0.4, ROUNDING); // of 10 J

        // 1 - .45 / sqrt(9) = .85
        models[1].accuracy.labels = 8;
        assertThat(zoo.v()).isCloseTo(8, ROUNDING); // 20 x .4
        assertThat(zoo.perJoule()).isCloseTo(0.2, ROUNDING); // of 40 J
    }

    @Test
    void measuresByTheTypicalPromptAsPredicted() {
        Zoo zoo = zoo(STREAM, "a", "b");
        predict(zoo, 0);
        models[0].accuracy.mean = 1;
        shared.accuracy.weights = new double[] {0.2, 0.5};
        models[0].accuracy.own.weights = new double[] {0.05, 0};
        models[1].accuracy.own.weights = new double[] {0, 0.1};
        shared.include(new float[] {-1});
        shared.include(new float[] {3});
        // At 1, a comes to .5 + .2 + .05 and b to .5 + .2 + .1
        assertThat(zoo.v()).isCloseTo(20 * 0.2, ROUNDING);
        shared.include(new float[] {7});
        // At 3, to .5 + .6 + .15 and .5 + .6 + .1
        assertThat(zoo.v()).isCloseTo(20 * 0.65, ROUNDING);
    }

    @Test
    void measuresByMeansBeforeFeaturesAreKnown() {
        Zoo zoo = zoo(STREAM, "a", "b");
        assertThat(zoo.v()).isCloseTo(0.4, ROUNDING); // 20 x .02
        // Labels of a release with other features: the mean is all that is left of them.
        models[1].accuracy.labels = 900;
        models[1].accuracy.mean = 0.9;
        predict(zoo, 1, 2);
        assertThat(zoo.v()).isCloseTo(6, ROUNDING); // 20 x .3
    }

    @ParameterizedTest
    @CsvSource({
        // 3 over the joules of the surest model, b
        "true,  10, 40, .075",
        "true,  10, NaN, .3", // unknown: as dear as the dearest
        "true,  NaN, NaN, 3", // nothing to divide by
        "true,  10, 0, 3",
        "false, 10, 40, 3",
    })
    void dividesVByTheJoulesOfTheSurestModel(
            boolean normalise, double joules, double surest, double perJoule) {
        Zoo zoo = zoo(with(STREAM, "v", 3.0, "normaliseEnergy", normalise), "a", "b");
        models[0].energy.priorJoules = joules;
        models[1].energy.priorJoules = surest;
        models[1].accuracy.labels = 100;
        models[1].accuracy.mean = 0.7;
        assertThat(zoo.perJoule()).isCloseTo(perJoule, ROUNDING);
    }

    private Zoo zoo(Policy policy, String... ids) {
        models = Stream.generate(ModelState::new).limit(ids.length).toArray(ModelState[]::new);
        return new Zoo(policy, List.of(ids), sla, shared, models);
    }

    private static Decision predict(Zoo zoo, float... features) {
        var d = new Decision(zoo.size());
        zoo.predict(d, features, TestSla.TOKENS, 0);
        return d;
    }
}
