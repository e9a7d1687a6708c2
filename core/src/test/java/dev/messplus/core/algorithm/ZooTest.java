package dev.messplus.core.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Decision;
import dev.messplus.core.Priors;
import dev.messplus.core.belief.AccuracyState;
import dev.messplus.core.belief.BayesPredictor;
import dev.messplus.core.belief.Predictor;
import dev.messplus.core.cost.WorkModel;
import dev.messplus.core.cost.WorkModels;
import dev.messplus.core.paper.SgdPredictor;
import dev.messplus.core.zoo.Zoo;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ZooTest {

    private static final Offset<Double> ROUNDING = within(1e-12);
    private static final float[] NONE = {};

    private static final Predictor.Factory BAYES =
            (shared, own, expected) -> new BayesPredictor(shared, own, expected, 0.5);

    private AlgorithmState state;

    @Test
    void hasAStateForEveryModel() {
        assertThatThrownBy(() -> AlgorithmState.initial(0).zoo(List.of(), BAYES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "zoo: must have at least one model and as many as there are states, "
                                + "had 0 for 0");
        AlgorithmState ofOne = AlgorithmState.initial(1);
        assertThatThrownBy(() -> ofOne.zoo(List.of("a", "b"), BAYES))
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
        Zoo zoo = state.zoo(List.of("new", "a"), BAYES);
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

    /** .5 and .08 for every e-fold of the joules above their geometric mean, 20; at most .25. */
    @Test
    void expectsALittleMoreOfADearerModel() {
        Zoo zoo = zoo("a", "b", "c", "free", "unknown");
        price(10, 20, 40, 0, Double.NaN);
        double[] expected = {0.5 - 0.08 * Math.log(2), 0.5, 0.5 + 0.08 * Math.log(2), 0.5, 0.5};
        assertThat(advantaged(zoo)).containsExactly(expected, ROUNDING);

        price(0.001, 1, 1_000, 0, Double.NaN);
        assertThat(advantaged(zoo)).containsExactly(new double[] {0.25, 0.5, 0.75, 0.5, 0.5});
    }

    @Test
    void expectsWhatTheOwnerSaysWhateverTheModelCosts() {
        AlgorithmState known = AlgorithmState.initial(2);
        known.models()[1].expectedScore = 0.3;
        Zoo zoo = zoo(known, "a", "b");
        price(10, 40);
        double[] expected = {0.5 - 0.08 * Math.log(2), 0.3};
        assertThat(advantaged(zoo)).containsExactly(expected, ROUNDING);
        assertThat(zoo.accuracy(zoo.model(1), NONE)).isCloseTo(0.3, ROUNDING);
        assertThat(zoo.accuracy(zoo.model(0), NONE)).isCloseTo(expected[0], ROUNDING);
    }

    @Test
    void forgetsThePriceAsTheModelsOwnLabelsTell() {
        Zoo zoo = zoo("a", "b");
        price(10, 40);
        forecast(zoo);
        double before = advantaged(zoo)[1] - forecast(zoo).accuracy[1];
        assertThat(before).isCloseTo(0.08 * Math.log(2), ROUNDING);
        for (int labels = 1; labels <= 1_000; labels++) {
            zoo.model(0).predictor().learn(NONE, 0.5, Priors.LABEL_VARIANCE, List.of());
        }
        // Those of another model say nothing of it.
        assertThat(advantaged(zoo)[1] - forecast(zoo).accuracy[1]).isCloseTo(before, ROUNDING);
        double last = before;
        for (int labels = 1; labels <= 1_000; labels++) {
            zoo.model(1).predictor().learn(NONE, 0.5, Priors.LABEL_VARIANCE, List.of());
            double left = advantaged(zoo)[1] - forecast(zoo).accuracy[1];
            assertThat(left).isLessThan(last);
            last = left;
        }
        // 50 labels say as much as the price.
        assertThat(last).isCloseTo(before * 50 / 1_050, ROUNDING);
    }

    @Test
    void keepsForecastsInTheRangeOfScores() {
        AlgorithmState known = AlgorithmState.initial(2);
        Zoo zoo = known.zoo(List.of("a", "b"), (s, m, x) -> new BayesPredictor(s, m, x, 0.95));
        state = known;
        price(1, 1_000);
        assertThat(advantaged(zoo)).containsExactly(new double[] {0.7, 1}, ROUNDING);
    }

    @Test
    void knowsTheJoulesOfModelsThatAreNotFree() {
        Zoo zoo = zoo("a", "b", "c", "d");
        assertThat(zoo.prices().lowest()).isZero();
        assertThat(zoo.prices().typical()).isZero();
        price(0, 0, Double.NaN, Double.NaN);
        assertThat(zoo.prices().lowest()).isZero();
        assertThat(zoo.prices().typical()).isZero();
        price(0, 90, Double.NaN, 10);
        assertThat(zoo.prices().lowest()).isEqualTo(10);
        assertThat(zoo.prices().typical()).isCloseTo(30, within(1e-9));
    }

    @Test
    void learnsOfPromptsFromEveryModelsLabels() {
        Zoo zoo = zoo("a", "b");
        forecast(zoo);
        zoo.model(1).predictor().learn(NONE, 1, Priors.LABEL_VARIANCE, List.of());
        // .5 + (.07 / .27) x .5 of b; a gains only what all have in common, .05 / .27 x .5
        double[] expected = {0.5 + 0.5 * 0.05 / 0.27, 0.5 + 0.5 * 0.07 / 0.27};
        assertThat(forecast(zoo).accuracy).containsExactly(expected, ROUNDING);
        assertThat(zoo.model(0).predictor().predict(NONE)).isCloseTo(expected[0], ROUNDING);
    }

    @Test
    void sharesNothingBetweenModelsUnderThePapersPredictor() {
        state = AlgorithmState.initial(2);
        Zoo zoo =
                state.zoo(List.of("a", "b"), (shared, own, expected) -> new SgdPredictor(own, 0.5));
        Decision d = forecast(zoo, 1, 2);
        zoo.model(0).predictor().learn(new float[] {1, 2}, 1, Priors.LABEL_VARIANCE, List.of());
        assertThat(d.accuracy).containsExactly(0, 0);
        assertThat(zoo.model(0).predictor().deviation(d.prompt.features())).isZero();
        assertThat(state.shared().accuracy.weights).isEmpty();
        // x + .5 x 2 x 1 x (1, 2, 1) = (1, 2, 1)
        assertThat(forecast(zoo, 1, 0).accuracy).containsExactly(2, 0);
    }

    @Test
    void isAsUnsureOfEveryModelAtFirst() {
        Zoo zoo = zoo("a", "b");
        Decision d = forecast(zoo);
        for (int m = 0; m < 2; m++) {
            double deviation = zoo.model(m).predictor().deviation(d.prompt.features());
            assertThat(deviation).isCloseTo(Math.sqrt(0.02), ROUNDING);
        }
    }

    @Test
    void estimatesJoulesOfThePrompt() {
        Zoo zoo = zoo("a", "b");
        energy(0).prior.perAnswer = 5;
        energy(0).prior.perPromptToken = 0.1;
        // 5 + .1 x 100 tokens
        assertThat(forecast(zoo).joules).containsExactly(15, Double.NaN);
    }

    @Test
    void countsAModelThatNobodyMetersAsTheMostExpensive() {
        Zoo zoo = zoo("a", "b", "c");
        assertThat(zoo.prices().orHighest(Double.NaN)).isZero();
        WorkModels.observe(energy(0), 100, 0, 10);
        WorkModels.observe(energy(1), 100, 0, 40);
        assertThat(zoo.prices().orHighest(Double.NaN)).isEqualTo(40);
        assertThat(zoo.prices().orHighest(3)).isEqualTo(3);
    }

    private Zoo zoo(String... ids) {
        return zoo(AlgorithmState.initial(ids.length), ids);
    }

    private Zoo zoo(AlgorithmState known, String... ids) {
        state = known;
        return state.zoo(List.of(ids), BAYES);
    }

    private void price(double... joules) {
        for (int m = 0; m < joules.length; m++) {
            energy(m).prior.perAnswer = joules[m];
        }
    }

    private static double[] advantaged(Zoo zoo) {
        Decision d = forecast(zoo);
        d.typicalJoules = zoo.prices().typical();
        zoo.addPriceAdvantage(d);
        return d.accuracy;
    }

    private AccuracyState accuracy(int m) {
        return state.models()[m].accuracy;
    }

    private WorkModel energy(int m) {
        return state.models()[m].energy;
    }

    private static Decision forecast(Zoo zoo, float... features) {
        var d = new Decision(zoo.size());
        zoo.forecast(d, TestSla.prompt(features));
        return d;
    }
}
