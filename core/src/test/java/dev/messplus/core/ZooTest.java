package dev.messplus.core;

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

    private AlgorithmState state;

    @Test
    void hasAStateForEveryModel() {
        assertThatThrownBy(() -> new Zoo(List.of(), AlgorithmState.initial(0), BayesPredictor::new))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "zoo: must have at least one model and as many as there are states, "
                                + "had 0 for 0");
        AlgorithmState ofOne = AlgorithmState.initial(1);
        assertThatThrownBy(() -> new Zoo(List.of("a", "b"), ofOne, BayesPredictor::new))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("had 2 for 1");
    }

    @Test
    void keepsHowOftenItsModelsWereAskedAndForgetsThatOfOthers() {
        Zoo before = zoo("a", "left");
        before.countAsked(0);
        before.countAsked(0);
        before.countAsked(1);
        state =
                new AlgorithmState(
                        state.sla(),
                        state.shared(),
                        AlgorithmState.initial(2).models(),
                        state.window());
        Zoo zoo = new Zoo(List.of("new", "a"), state, BayesPredictor::new);
        assertThat(state.sla().asked).containsOnly(Map.entry("a", 2L));
        assertThat(zoo.timesAsked(0)).isZero();
        assertThat(zoo.timesAsked(1)).isEqualTo(2);
    }

    @Test
    void learnsNothingOfAModelThatLeft() {
        Zoo zoo = zoo("a", "b");
        assertThat(zoo.model("b")).isSameAs(zoo.model(1));
        assertThat(zoo.contains("b")).isTrue();
        assertThat(zoo.contains("left")).isFalse();
        zoo.model("left").state().served++;
        assertThat(zoo.model("left").state().served).isZero();
    }

    @Test
    void countsLabelsThatOtherShardsAskedFor() {
        Zoo zoo = zoo("a");
        assertThat(zoo.timesAsked(0)).isZero();
        accuracy(0).labels = 40;
        assertThat(zoo.timesAsked(0)).isEqualTo(40);
        state.sla().asked.put("a", 41L);
        assertThat(zoo.timesAsked(0)).isEqualTo(41);
    }

    @Test
    void hasLabelsFromTheFirstLabelOfAnyModel() {
        Zoo zoo = zoo("a", "b");
        assertThat(zoo.hasLabels()).isFalse();
        accuracy(1).labels = 1;
        assertThat(zoo.hasLabels()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, '0.5'", "2, '0.38 0.62'", "3, '0.38 0.5 0.62'", "4, '0.38 0.46 0.54 0.62'"})
    void thinksBetterOfALaterModelBeforeTheFirstLabel(int size, String accuracies) {
        String[] ids = Stream.iterate("m", id -> id + "m").limit(size).toArray(String[]::new);
        // .5 + .12 x rank, ranks spread from -1 to 1
        double[] expected =
                Stream.of(accuracies.split(" ")).mapToDouble(Double::parseDouble).toArray();
        assertThat(forecast(zoo(ids), 2, -3).accuracy).containsExactly(expected, ROUNDING);
    }

    @Test
    void learnsOfPromptsFromEveryModelsLabels() {
        Zoo zoo = zoo("a", "b");
        forecast(zoo);
        zoo.model(1).predictor().learn(NONE, 1);
        // .62 + (.054 / .254) x .38 of b; a gains only what all have in common, .05 / .254 x .38
        double[] expected = {0.38 + 0.38 * 0.05 / 0.254, 0.62 + 0.38 * 0.054 / 0.254};
        assertThat(forecast(zoo).accuracy).containsExactly(expected, ROUNDING);
        assertThat(zoo.model(0).predictor().predict(NONE)).isCloseTo(expected[0], ROUNDING);
    }

    @Test
    void sharesNothingBetweenModelsUnderThePapersPredictor() {
        state = AlgorithmState.initial(2);
        Zoo zoo =
                new Zoo(
                        List.of("a", "b"),
                        state,
                        (shared, accuracy, rank) -> new SgdPredictor(accuracy, 0.5));
        Decision d = forecast(zoo, 1, 2);
        zoo.model(0).predictor().learn(new float[] {1, 2}, 1);
        assertThat(d.accuracy).containsExactly(0, 0);
        assertThat(d.deviation).containsExactly(0, 0);
        assertThat(state.shared().accuracy.weights).isEmpty();
        // x + .5 x 2 x 1 x (1, 2, 1) = (1, 2, 1)
        assertThat(forecast(zoo, 1, 0).accuracy).containsExactly(2, 0);
    }

    @Test
    void isAsUnsureOfEveryModelAtFirst() {
        assertThat(forecast(zoo("a", "b")).deviation)
                .containsExactly(new double[] {Math.sqrt(0.004), Math.sqrt(0.004)}, ROUNDING);
    }

    @Test
    void estimatesJoulesOfThePrompt() {
        Zoo zoo = zoo("a", "b");
        energy(0).priorJoules = 5;
        energy(0).priorJoulesPerToken = 0.1;
        // 5 + .1 x 100 tokens
        assertThat(forecast(zoo).joules).containsExactly(15, Double.NaN);
    }

    @Test
    void countsAModelThatNobodyMetersAsTheDearest() {
        Zoo zoo = zoo("a", "b", "c");
        assertThat(zoo.joulesOrHighest(Double.NaN)).isZero();
        energy(0).observe(100, 0, 10);
        energy(1).observe(100, 0, 40);
        assertThat(zoo.joulesOrHighest(Double.NaN)).isEqualTo(40);
        assertThat(zoo.joulesOrHighest(3)).isEqualTo(3);
    }

    private Zoo zoo(String... ids) {
        state = AlgorithmState.initial(ids.length);
        return new Zoo(List.of(ids), state, BayesPredictor::new);
    }

    private AccuracyState accuracy(int m) {
        return state.models()[m].accuracy;
    }

    private EnergyEstimator energy(int m) {
        return state.models()[m].energy;
    }

    private static Decision forecast(Zoo zoo, float... features) {
        var d = new Decision(zoo.size());
        zoo.forecast(d, TestSla.prompt(features));
        return d;
    }
}
