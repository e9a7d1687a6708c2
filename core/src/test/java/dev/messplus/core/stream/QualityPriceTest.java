package dev.messplus.core.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Decision;
import dev.messplus.core.LabelSource;
import dev.messplus.core.MissingLabelPolicy;
import dev.messplus.core.Priors;
import dev.messplus.core.algorithm.Settings;
import dev.messplus.core.algorithm.TestSla;
import dev.messplus.core.cost.Prices;
import dev.messplus.core.zoo.Zoo;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of "small" and "big" at 10 and 40 J under a promise of .6; labels deviate by sqrt(.2). */
class QualityPriceTest {

    private static final Offset<Double> ROUNDING = within(1e-9);
    private static final double SIGMA = Math.sqrt(0.2);

    /** Two thirds of the way, in logarithms, from 10 J to the typical 20 J, for .08 of score. */
    private static final double SCALE = Math.cbrt(10 * 20 * 20) / 0.08;

    @Test
    void beginsWithThePriceAtWhichThePriorSeesNoDifference() {
        assertThat(priced(Settings.bare(0.6)).price().joulesPerScore()).isCloseTo(SCALE, ROUNDING);
    }

    @Test
    void staysANumberAfterTheLongestOutageAndTheLongestPeace() {
        for (double q : new double[] {1e8, -1e8}) {
            TestSla sla = priced(Settings.stream(0.6).window(100_000_000).tolerance(1).credit(1e8));
            sla.queue.q = q;
            assertThat(sla.price().joulesPerScore()).isFinite().isPositive();
            sla.shared().accuracy.begin(0.6, 0.05, 0);
            sla.model("small").accuracy.own.begin(-0.6, 0.01, 0);
            sla.model("big").accuracy.own.begin(0, 0.01, 0);
            Decision decision = sla.decide("any");
            assertThat(sla.zoo.get(decision.chosen())).isEqualTo(q > 0 ? "big" : "small");
        }
    }

    @Test
    void isOneWhileNoJoulesAreKnown() {
        var sla = new TestSla(Settings.bare(0.6), "small", "big");
        assertThat(sla.price().joulesPerScore()).isOne();
        sla.model("small").energy.prior.perAnswer = 0;
        assertThat(sla.price().joulesPerScore()).isOne();
    }

    @Test
    void followsTheKnownJoulesForTwentyLabels() {
        TestSla sla = priced(Settings.bare(0.6));
        sla.state.price.labels = Priors.LABELS_BEFORE_BASE - 2;
        sla.price().count(0);
        sla.model("small").energy.prior.perAnswer = 2.5;
        double rescaled = Math.cbrt(2.5 * 10 * 10) / 0.08;
        assertThat(sla.price().joulesPerScore()).isCloseTo(rescaled, ROUNDING);
        sla.price().count(0);
        sla.model("small").energy.prior.perAnswer = 1;
        assertThat(sla.price().joulesPerScore()).isCloseTo(rescaled, ROUNDING);
        TestSla changed = sla.withZoo("small", "big", "new");
        changed.model("new").energy.prior.perAnswer = 1_000;
        assertThat(changed.price().joulesPerScore()).isCloseTo(rescaled, ROUNDING);
    }

    /** A gauge reads it from another thread. */
    @Test
    void readingItChangesNothing() {
        TestSla sla = priced(Settings.bare(0.6));
        sla.state.price.labels = 5_000;
        sla.algorithm.joulesPerScore();
        assertThat(sla.state.price.base).isZero();
    }

    @Test
    void readingItLeavesWhatDecisionsRememberOfPrices() {
        TestSla sla = priced(Settings.bare(0.6));
        Zoo models = sla.models();
        Prices remembered = models.prices();
        sla.model("small").energy.prior.perAnswer = 2.5;
        double rescaled = Math.cbrt(2.5 * 10 * 10) / 0.08;
        assertThat(sla.price(models).joulesPerScore()).isCloseTo(rescaled, ROUNDING);
        assertThat(remembered.lowest()).isEqualTo(10);
    }

    /** An earlier release wrote a price before. */
    @Test
    void followsTheJoulesUntilThenWhateverTheStateSays() {
        TestSla sla = priced(Settings.bare(0.6));
        sla.state.price.labels = 10;
        sla.state.price.base = 1e6;
        assertThat(sla.price().joulesPerScore()).isCloseTo(SCALE, ROUNDING);
        sla.price().count(0);
        assertThat(sla.state.price.base).isCloseTo(SCALE, ROUNDING);
    }

    @Test
    void beginsOnceJoulesAreKnownHoweverLate() {
        var sla = new TestSla(Settings.bare(0.6), "small", "big");
        sla.state.price.labels = 5_000;
        assertThat(sla.price().joulesPerScore()).isOne();
        sla.model("small").energy.prior.perAnswer = 10;
        sla.model("big").energy.prior.perAnswer = 40;
        assertThat(sla.price().joulesPerScore()).isCloseTo(SCALE, ROUNDING);
        sla.price().count(0);
        sla.model("big").energy.prior.perAnswer = 4_000;
        assertThat(sla.price().joulesPerScore()).isCloseTo(SCALE, ROUNDING);
    }

    @ParameterizedTest
    @CsvSource({
        // e^(Q / (sigma (40 + 1.5 sqrt(shards x in flight))))
        "0,   0,   1, 1",
        "1,   0,   1, 1.057493726",
        "-1,  0,   1, 0.945632087",
        "20,  0,   1, 3.058834585",
        "20,  400, 1, 1.894351503",
        "20,  100, 4, 1.894351503",
    })
    void risesByFactorsOfThePressureInDeviationsOfWhatIsInFlight(
            double q, int inFlight, int shards, double factor) {
        TestSla sla = priced(Settings.bare(0.6).shards(shards));
        for (int i = 0; i < inFlight; i++) {
            sla.queue.enter(0.6);
        }
        // A shard owes its own and that of the whole.
        sla.queue.q = shards == 1 ? q : q / 2;
        assertThat(sla.price().joulesPerScore()).isCloseTo(SCALE * factor, within(1e-4));
    }

    /** A thousandth of P / G a label, which counts as 1 at most, whatever is owed. */
    @Test
    void movesLambda0WhileThePressureLasts() {
        TestSla sla = begun(SCALE);
        owe(sla, 5);
        sla.price().count(0);
        assertThat(followed(sla)).isCloseTo(5 / (deviation(sla) * 40) / 1_000, ROUNDING);
        sla.state.price.base = SCALE * Math.exp(0.5);
        owe(sla, 1e6);
        sla.price().count(0);
        assertThat(followed(sla)).isCloseTo(0.501, ROUNDING);
        owe(sla, -1e6);
        sla.price().count(0);
        assertThat(followed(sla)).isCloseTo(0.5, ROUNDING);
        owe(sla, 0);
        assertThat(sla.price().joulesPerScore()).isCloseTo(SCALE * Math.exp(0.5), ROUNDING);
    }

    /** The hundredth label moves it by a hundredth: ten times as much as the thousandth. */
    @Test
    void movesItMoreWithItsFirstLabels() {
        TestSla sla = begun(SCALE);
        sla.state.price.labels = 99;
        owe(sla, 1e6);
        sla.price().count(0);
        assertThat(followed(sla)).isCloseTo(0.01, ROUNDING);
    }

    /** Where one answer in four is rated, Q is as noisy as twice the deviation of a label. */
    @Test
    void isSteadierWhereOneLabelStandsForSeveralAnswers() {
        TestSla sla = priced(Settings.bare(0.6).labels(LabelSource.audit(0.25)));
        sla.queue.q = 20;
        assertThat(sla.price().joulesPerScore())
                .isCloseTo(SCALE * Math.sqrt(3.058834585), within(1e-4));
        TestSla unrated =
                priced(
                        Settings.bare(0.6)
                                .labels(LabelSource.audit(0.25))
                                .missingLabel(MissingLabelPolicy.IGNORED));
        unrated.queue.q = 20;
        assertThat(unrated.price().joulesPerScore()).isCloseTo(SCALE * 3.058834585, within(1e-4));
    }

    /** With 400 in flight G is 70 / 40 times as high, and P / G moves lambda_0 by 16 / 49. */
    @Test
    void movesItMoreSlowlyWithMoreRequestsInFlight() {
        TestSla sla = begun(SCALE);
        for (int i = 0; i < 400; i++) {
            sla.queue.enter(0.6);
        }
        owe(sla, 1e6);
        sla.price().count(0);
        assertThat(followed(sla)).isCloseTo(0.001 * 16 / 49, ROUNDING);
    }

    /** At most to the same price of the most expensive model, at 40 J; never below the first. */
    @Test
    void movesItWithinThePricesOfTheZoo() {
        TestSla sla = begun(SCALE);
        owe(sla, 1e6);
        for (int i = 0; i < 10_000; i++) {
            sla.price().count(0);
        }
        assertThat(sla.state.price.base).isCloseTo(40 / 0.08, ROUNDING);
        owe(sla, -1e6);
        for (int i = 0; i < 10_000; i++) {
            sla.price().count(0);
        }
        assertThat(sla.state.price.base).isCloseTo(SCALE, ROUNDING);
    }

    /** All models were replaced by ones whose joules nobody knows yet. */
    @Test
    void leavesItWhileNoJoulesAreKnown() {
        TestSla sla = begun(2 * SCALE);
        TestSla changed = sla.withZoo("new", "other");
        owe(changed, 1e6);
        changed.price().count(0);
        assertThat(changed.state.price.base).isEqualTo(2 * SCALE);
        assertThat(changed.price().joulesPerScore()).isPositive().isFinite();
    }

    @Test
    void comesDownToThePriceOfTheMostExpensiveModelThatIsLeft() {
        TestSla sla = begun(100 * SCALE);
        sla.model("big").energy.prior.perAnswer = 20;
        sla.price().count(0);
        assertThat(sla.state.price.base).isCloseTo(20 / 0.08, ROUNDING);
    }

    @Test
    void risesAtOnceWhereAllModelsCostMore() {
        TestSla sla = begun(SCALE);
        sla.model("small").energy.prior.perAnswer = 100;
        sla.model("big").energy.prior.perAnswer = 400;
        sla.price().count(0);
        assertThat(sla.state.price.base).isCloseTo(10 * SCALE, within(1e-6));
    }

    @Test
    void doesNotMoveItBeforeTwentyLabels() {
        TestSla sla = priced(Settings.bare(0.6));
        owe(sla, 1e6);
        for (int i = 0; i < Priors.LABELS_BEFORE_BASE - 1; i++) {
            sla.price().count(0);
        }
        assertThat(followed(sla)).isCloseTo(0, ROUNDING);
    }

    @Test
    void takesScoresThatDeviateLessMoreSeriously() {
        TestSla sla = priced(Settings.bare(0.6));
        for (int i = 0; i < 100_000; i++) {
            sla.state.price.count(0);
        }
        sla.queue.q = 1;
        double sigma = sla.state.price.deviation();
        assertThat(sigma).isLessThan(0.1);
        assertThat(sla.price().joulesPerScore() / SCALE)
                .isCloseTo(Math.exp(1 / (sigma * 40)), ROUNDING);
    }

    @Test
    void owesWhatRequestsInFlightAreExpectedToMiss() {
        TestSla sla = priced(Settings.bare(0.6));
        for (int i = 0; i < 10; i++) {
            sla.queue.enter(0.7);
        }
        sla.queue.q = 3;
        assertThat(sla.pressure()).isCloseTo(3 - 10 * 0.1, ROUNDING);
        sla.queue.reforecast(10 * 0.66);
        assertThat(sla.pressure()).isCloseTo(3 - 10 * 0.06, ROUNDING);
    }

    @ParameterizedTest
    @CsvSource({
        // sqrt(.2 x (in flight / 4 + unrated (unrated + rated) / rated + 100)) x marginSigmas,
        // at most .02 x (rated + unrated + in flight)
        "1,   10000, 0,   0,    4.472136", // sqrt(.2 x 100)
        "1,   10000, 0,   100,  5", // sqrt(.2 x 125)
        "1.4, 10000, 0,   100,  7",
        "1,   4000,  1000, 50,  16.507574", // sqrt(.2 x (12.5 + 1,250 + 100))
        "1,   50,    0,   100,  3", // .02 x 150
        "1,   0,     500, 0,    10",
        "1,   0,     0,   100,  2",
        "1,   0,     0,   0,    0",
        "0,   10000, 500, 100,  0",
    })
    void isAheadByTheDeviationOfWhatIsNotKnownAtMostByAShareOfTheWindow(
            double marginSigmas, double rated, double unrated, int inFlight, double margin) {
        TestSla sla = priced(Settings.bare(0.6).marginSigmas(marginSigmas));
        sla.queue.recentRated = rated;
        sla.queue.recentUnrated = unrated;
        for (int i = 0; i < inFlight; i++) {
            sla.queue.enter(0.6);
        }
        assertThat(sla.pressure()).isCloseTo(margin, within(1e-5));
        assertThat(sla.price().minQueue()).isCloseTo(-margin, within(1e-5));
    }

    @Test
    void owesNoMoreThanAWindowToleratesAndChanceExplains() {
        TestSla sla = priced(Settings.bare(0.6).window(2_500).tolerance(0.02).credit(7));
        assertThat(sla.price().maxQueue()).isCloseTo(50 + 4 * SIGMA * 50, ROUNDING);
        assertThat(sla.price().minQueue()).isEqualTo(-7);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "5, 1.3225", "-5, 0.7562", "100, 7.3891", "-100, 0.1353"})
    void bindsTheExplorationBudgetToThePriceWithinBounds(double q, double factor) {
        TestSla sla = priced(Settings.bare(0.6));
        sla.queue.q = q;
        assertThat(sla.price().budgetFactor()).isCloseTo(factor, within(1e-3));
    }

    /**
     * Three quarters of a standard deviation at a pressure of G = 40 sigma, and at most four times
     * that.
     */
    @ParameterizedTest
    @CsvSource({"0, 0", "-40, 0", "4, 0.075", "40, 0.75", "160, 3", "1000, 3"})
    void isOptimisticOnlyUnderPressureAndWithinBounds(double sigmas, double optimism) {
        TestPrice price = priced(Settings.bare(0.6)).price();
        assertThat(price.optimism(sigmas * SIGMA)).isCloseTo(optimism, ROUNDING);
    }

    /** The price stays a number that can be compared, whatever comes. */
    @Property
    void isPositiveAndFinite(
            @ForAll @IntRange(min = -30, max = 40) int exponent,
            @ForAll @DoubleRange(min = 1, max = 1e4) double ratio,
            @ForAll @DoubleRange(min = -500, max = 500) double q,
            @ForAll @IntRange(max = 3_000) int inFlight) {
        TestSla sla = priced(Settings.stream(0.6));
        double joules = Math.pow(2, exponent);
        sla.model("small").energy.prior.perAnswer = joules;
        sla.model("big").energy.prior.perAnswer = joules * ratio;
        for (int i = 0; i < inFlight; i++) {
            sla.queue.enter(i % 2);
        }
        sla.queue.q = q;
        assertThat(sla.price().joulesPerScore()).isPositive().isFinite();
    }

    private static TestSla begun(double base) {
        return priced(Settings.bare(0.6)).priced(base);
    }

    /** By how much the logarithm of lambda_0 is above that of the first price. */
    private static double followed(TestSla sla) {
        return Math.log(sla.state.price.base / SCALE);
    }

    private static void owe(TestSla sla, double requests) {
        sla.queue.q = requests;
    }

    private static double deviation(TestSla sla) {
        return sla.state.price.deviation();
    }

    private static TestSla priced(Settings settings) {
        var sla = new TestSla(settings, "small", "big");
        sla.model("small").energy.prior.perAnswer = 10;
        sla.model("big").energy.prior.perAnswer = 40;
        return sla;
    }
}
