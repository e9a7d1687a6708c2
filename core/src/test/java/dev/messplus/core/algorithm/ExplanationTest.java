package dev.messplus.core.algorithm;

import static dev.messplus.core.algorithm.TestSla.EXPLOITED;
import static dev.messplus.core.algorithm.TestSla.EXPLORED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Decision;
import dev.messplus.core.Priors;
import dev.messplus.core.algorithm.Explanation.Second;
import org.junit.jupiter.api.Test;

class ExplanationTest {

    private static final Settings PLAIN =
            Settings.stream(0.7).marginSigmas(0).credit(0).explorationBudget(0.1);

    @Test
    void tellsWhatTheModelsWereComparedBy() {
        TestSla sla = zoo(PLAIN).priced(100);
        sla.queue.q = 3;
        Decision decision = sla.decide(EXPLOITED);

        Explanation why = sla.algorithm.explain(decision);

        assertThat(why.owed().alpha()).isEqualTo(0.7);
        assertThat(why.owed().q()).isEqualTo(3);
        assertThat(why.owed().drift()).isZero();
        assertThat(why.joulesPerScore()).isGreaterThan(100);
        // At P / G = 3 / (40 sqrt(.2)), a forecast counts as .75 of that in deviations higher. Big
        // is 50 J behind, and would not be chosen by that.
        double[] optimism = {0.75 * 3 / (40 * Math.sqrt(0.2)), 0};
        for (int m = 0; m < 2; m++) {
            double accuracy = decision.accuracy[m] + optimism[m] * why.models().deviations()[m];
            assertThat(why.models().objectives()[m])
                    .isCloseTo(decision.joules[m] - why.joulesPerScore() * accuracy, within(1e-9));
            assertThat(why.models().deviations()[m]).isPositive();
            assertThat(why.models().available()[m]).isTrue();
        }
        assertThat(why.second()).isEqualTo(Second.NONE);
    }

    /** Labels that deviate by half as much as beliefs assume say twice as much. */
    @Test
    void deviationsAreInProportionToWhatLabelsWereSeenToDeviate() {
        TestSla sla = zoo(PLAIN).priced(100);
        double assumed = deviation(sla);
        sla.state.price.errorWeight = 1e9;
        sla.state.price.squaredErrors = 1e9 * Priors.LABEL_VARIANCE / 4;

        assertThat(deviation(sla)).isCloseTo(assumed / 2, within(1e-6));
    }

    private static double deviation(TestSla sla) {
        return sla.algorithm.explain(sla.decide(EXPLOITED)).models().deviations()[0];
    }

    @Test
    void isNotChangedByLaterDecisions() {
        TestSla sla = zoo(PLAIN);
        Explanation why = sla.algorithm.explain(sla.decide(EXPLOITED));
        double objective = why.models().objectives()[0];
        sla.queue.q = 50;
        sla.algorithm.markUnavailable("small", Long.MAX_VALUE);
        Explanation later = sla.algorithm.explain(sla.decide(EXPLOITED));

        assertThat(why.models().objectives()[0])
                .isEqualTo(objective)
                .isNotEqualTo(later.models().objectives()[0]);
        assertThat(why.models().available()).containsExactly(true, true);
        assertThat(later.models().available()).containsExactly(false, true);
    }

    @Test
    void tellsWhyASecondModelIsAsked() {
        assertThat(second(zoo(PLAIN).probing("big"))).isEqualTo(Second.RESERVED);

        TestSla worth = zoo(PLAIN).priced(1e4);
        worth.state.probeAllowanceJoules = 1e9;
        assertThat(second(worth)).isEqualTo(Second.WORTH_MOST);

        TestSla unknown = zoo(PLAIN);
        unknown.model("big").energy.prior.perAnswer = Double.NaN;
        unknown.shared().accuracy.begin(0.5, 0.05, 0);
        unknown.model("small").accuracy.own.begin(0.3, 0.01, 0);
        unknown.model("big").accuracy.own.begin(0, 0.01, 0);
        assertThat(second(unknown)).isEqualTo(Second.UNKNOWN);
    }

    @Test
    void ofThePaperEveryModelIsAskedOrTheOneOfTheLeastObjective() {
        TestSla sla = zoo(Settings.paper(0.7, 0.5, 0.5));
        sla.queue.q = 2;

        Explanation all = sla.algorithm.explain(sla.decide(EXPLORED));
        assertThat(all.second()).isEqualTo(Second.ALL);
        assertThat(all.models().objectives()).containsOnly(Double.NaN);

        Decision decision = sla.decide(EXPLOITED);
        Explanation one = sla.algorithm.explain(decision);
        assertThat(one.second()).isEqualTo(Second.NONE);
        assertThat(one.joulesPerScore()).isEqualTo(2 / 0.5);
        assertThat(one.models().objectives()[0])
                .isCloseTo(0.5 * 10 + 2 * (0.7 - decision.accuracy[0]), within(1e-9));
    }

    private static Second second(TestSla sla) {
        return sla.algorithm.explain(sla.decide(EXPLOITED)).second();
    }

    private static TestSla zoo(Settings settings) {
        TestSla sla = new TestSla(settings, "small", "big");
        sla.model("small").energy.prior.perAnswer = 10;
        sla.model("big").energy.prior.perAnswer = 80;
        return sla;
    }
}
