package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnergyWeightTest {

    private static final Offset<Double> ROUNDING = within(1e-12);

    /** V is .2 x 10,000 x .01 x (best - .6) = 20 x (best - .6), no less than .4. */
    private static final Sla SLA = Sla.of(0.6);

    private final AlgorithmState state = AlgorithmState.initial(2);
    private final SharedState shared = state.shared();
    private final ModelState a = state.models()[0];
    private final ModelState b = state.models()[1];

    @Test
    void takesVAsGiven() {
        assertThat(weight(2.5).v()).isEqualTo(2.5);
        assertThat(weight(0).v()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        // window x tolerance x (best - .6) / 5, the distance no less than .02
        "10000, 0.01,  0.8,  4", // 100 x .2 / 5
        "1000,  0.01,  0.8,  0.4", // 10 x .2 / 5
        "200,   0.02,  0.7,  0.08", // 4 x .1 / 5
        "1000,  0.01,  0.61, 0.04", // 10 x .02 / 5: the best is hardly good enough
        "1000,  0.01,  0.3,  0.04", // the promise cannot be kept
        "1000,  0,     0.8,  0",
    })
    void derivesVFromAWindowAndATolerance(int window, double tolerance, double best, double v) {
        Sla sla = Sla.custom(0.6).window(window).tolerance(tolerance).build();
        assertThat(new EnergyWeight(StreamRule.AUTO_V, sla, bayes()).derived(best))
                .isCloseTo(v, within(1e-12));
    }

    @Test
    void isRelativeToTheMostAccurateModelOfThoseThatProvedIt() {
        Zoo zoo =
                new Zoo(
                        List.of("a", "b"),
                        state,
                        (any, accuracy, rank) -> new SgdPredictor(accuracy, 0.1));
        var weight = new EnergyWeight(StreamRule.AUTO_V, SLA, zoo);
        a.energy.observe(100, 0, 10);
        b.energy.observe(100, 0, 40);
        a.accuracy.labels = 99;
        a.accuracy.mean = 0.8;
        // .8 - .447 / sqrt(100) = .755 against 1 - .447 / sqrt(2) = .68
        b.accuracy.labels = 1;
        b.accuracy.mean = 1;
        assertThat(weight.v()).isCloseTo(4, ROUNDING); // 20 x .2
        assertThat(weight.perJoule()).isCloseTo(0.4, ROUNDING); // of 10 J

        // 1 - .447 / sqrt(9) = .85
        b.accuracy.labels = 8;
        assertThat(weight.v()).isCloseTo(8, ROUNDING); // 20 x .4
        assertThat(weight.perJoule()).isCloseTo(0.2, ROUNDING); // of 40 J
    }

    @Test
    void comparesModelsOnTheTypicalPrompt() {
        Zoo zoo = bayes();
        var weight = new EnergyWeight(StreamRule.AUTO_V, SLA, zoo);
        forecast(zoo, 0);
        a.accuracy.mean = 1;
        shared.accuracy.weights = new double[] {0.2, 0.5};
        a.accuracy.own.weights = new double[] {0.05, 0};
        b.accuracy.own.weights = new double[] {0, 0.1};
        shared.include(new float[] {-1});
        shared.include(new float[] {3});
        // At 1, a comes to .5 + .2 + .05 and b to .5 + .2 + .1
        assertThat(weight.v()).isCloseTo(20 * 0.2, ROUNDING);
        shared.include(new float[] {7});
        // At 3, to .5 + .6 + .15 and .5 + .6 + .1
        assertThat(weight.v()).isCloseTo(20 * 0.65, ROUNDING);
    }

    @Test
    void comparesMeansBeforeFeaturesAreKnown() {
        Zoo zoo = bayes();
        var weight = new EnergyWeight(StreamRule.AUTO_V, SLA, zoo);
        assertThat(weight.v()).isCloseTo(0.4, ROUNDING); // 20 x .02
        // Labels of another embedding: the mean is all that is left of them.
        b.accuracy.labels = 900;
        b.accuracy.mean = 0.9;
        forecast(zoo, 1, 2);
        assertThat(weight.v()).isCloseTo(6, ROUNDING); // 20 x .3
    }

    @ParameterizedTest
    @CsvSource({
        // 3 over the joules of the surest model, b
        "10, 40, .075",
        "10, NaN, .3", // unknown: as dear as the dearest
        "NaN, NaN, 3", // nothing to divide by
        "10, 0, 3",
    })
    void dividesVByTheJoulesOfTheReferenceModel(double joules, double surest, double perJoule) {
        EnergyWeight weight = weight(3);
        a.energy.priorJoules = joules;
        b.energy.priorJoules = surest;
        b.accuracy.labels = 100;
        b.accuracy.mean = 0.7;
        assertThat(weight.perJoule()).isCloseTo(perJoule, ROUNDING);
    }

    private EnergyWeight weight(double v) {
        return new EnergyWeight(v, SLA, bayes());
    }

    private Zoo bayes() {
        return new Zoo(List.of("a", "b"), state, BayesPredictor::new);
    }

    private static void forecast(Zoo zoo, float... features) {
        zoo.forecast(new Decision(zoo.size()), TestSla.prompt(features));
    }
}
