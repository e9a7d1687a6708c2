package dev.messplus.core.stream;

import static dev.messplus.core.algorithm.TestSla.EXPLOITED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Decision;
import dev.messplus.core.LabelSource;
import dev.messplus.core.Observation;
import dev.messplus.core.Prompt;
import dev.messplus.core.account.PendingAnswer;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.algorithm.Settings;
import dev.messplus.core.algorithm.TestSla;
import dev.messplus.core.cost.WorkModels;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small, middle and big are believed to score .7, .6 and .65, at 10, 20 and 80 J. */
class ProbeTest {

    private static final Settings PLAIN =
            Settings.stream(0.7).marginSigmas(0).credit(0).explorationBudget(0.1);

    @Test
    void keepsReservesApartAndTheRestInCommon() {
        TestSla sla = believing(PLAIN);
        PendingRequest request = sla.request(EXPLOITED);
        assertThat(request.models()).containsExactly("small");
        sla.answered(request, 0.7, 10);
        // A tenth of 10 J at a pressure of 0: .7 of it in common, .1 for each model.
        double earned = 1 + first(1, 10);
        assertThat(sla.state.probeAllowanceJoules).isCloseTo(0.7 * earned, within(1e-9));
        for (String model : sla.zoo) {
            assertThat(sla.model(model).probeReserveJoules).isCloseTo(0.1 * earned, within(1e-9));
        }
    }

    /** All of the joules with the first request, half with the hundredth, and so on. */
    @ParameterizedTest
    @CsvSource({"1, 0.990099", "100, 0.5", "300, 0.25", "9900, 0.01"})
    void exploresMoreWithItsFirstRequests(long t, double share) {
        for (double budget : new double[] {0.1, 0.01}) {
            TestSla sla = believing(PLAIN.explorationBudget(budget));
            sla.state.t = t - 1;
            sla.answered(sla.request(EXPLOITED), 0.7, 10);
            double earned = sla.state.probeAllowanceJoules;
            for (String model : sla.zoo) {
                earned += sla.model(model).probeReserveJoules;
            }
            assertThat(earned).isCloseTo(10 * (budget + share), within(1e-6));
        }
    }

    @Test
    void withoutABudgetItsFirstRequestsDoNotExploreEither() {
        TestSla sla = believing(PLAIN.explorationBudget(0));
        for (int i = 0; i < 200; i++) {
            PendingRequest request = sla.request("r" + i);
            assertThat(request.models()).hasSize(1);
            sla.answered(request, i % 2, 10);
        }
        assertThat(sla.state.explorationJoules()).isZero();
        assertThat(sla.state.probeAllowanceJoules).isZero();
    }

    /** What the first requests may take beyond the budget, of the joules of the t-th. */
    private static double first(long t, double joules) {
        return 100.0 / (100 + t) * joules;
    }

    @Test
    void paysFromTheReserveThatPaysForMostAnswers() {
        TestSla sla = believing(PLAIN);
        sla.model("middle").probeReserveJoules = 36;
        sla.model("big").probeReserveJoules = 120;
        PendingRequest request = sla.request(EXPLOITED);
        assertThat(request.models()).containsExactly("small", "middle");
        assertThat(sla.model("middle").probeReserveJoules).isCloseTo(16, within(1e-9));
        sla.measured(request, "middle", 25);
        assertThat(sla.model("middle").probeReserveJoules).isCloseTo(11, within(1e-9));
        assertThat(sla.state.probeAllowanceJoules).isZero();
    }

    /** Of reserves for as many answers, that of the model asked less. */
    @Test
    void paysForTheModelAskedLessWhereReservesPayForAsMany() {
        TestSla sla = believing(PLAIN);
        sla.state.asked.put("middle", 3L);
        sla.model("middle").probeReserveJoules = 30;
        sla.model("big").probeReserveJoules = 120;
        assertThat(second(sla)).isEqualTo("big");
        sla.state.asked.put("big", 4L);
        assertThat(second(sla)).isEqualTo("middle");
        sla.state.asked.put("big", 1L);
        sla.model("middle").probeReserveJoules = 32;
        assertThat(second(sla)).isEqualTo("middle");
    }

    /** Big's label is worth more, .052 to .021, but middle's costs a fourth of it. */
    @Test
    void asksForTheLabelThatIsWorthMostPerJouleAndTakesItFromTheAllowance() {
        TestSla sla = believing(PLAIN).priced(1e4);
        believe(sla, "middle", 0.6, 0.15);
        sla.state.probeAllowanceJoules = 20;
        PendingRequest request = sla.request(EXPLOITED);
        assertThat(request.models()).containsExactly("small", "middle");
        assertThat(sla.state.probeAllowanceJoules).isZero();
        sla.measured(request, "middle", 25);
        assertThat(sla.state.probeAllowanceJoules).isCloseTo(-5, within(1e-9));
        assertThat(sla.request(EXPLOITED).models()).containsExactly("small");
    }

    @Test
    void asksForTheModelAskedLessWhereLabelsAreWorthTheSame() {
        TestSla sla = believing(PLAIN).priced(1e4);
        sla.state.probeAllowanceJoules = 1e9;
        sla.model("big").energy.prior.perAnswer = 20;
        believe(sla, "big", 0.6, 0.1);
        sla.state.asked.put("middle", 3L);
        assertThat(second(sla)).isEqualTo("big");
        sla.state.asked.put("big", 4L);
        assertThat(second(sla)).isEqualTo("middle");
        sla.state.asked.put("big", 1L);
        believe(sla, "middle", 0.6, 0.15);
        assertThat(second(sla)).isEqualTo("middle");
    }

    @Test
    void reservesMoreWhereTheBetterAnswerIsNotServed() {
        TestSla sla = believing(PLAIN.labels(LabelSource.audit(1)));
        sla.answered(sla.request(EXPLOITED), 0.7, 10);
        double earned = 1 + first(1, 10);
        assertThat(sla.state.probeAllowanceJoules).isCloseTo(0.4 * earned, within(1e-9));
        for (String model : sla.zoo) {
            assertThat(sla.model(model).probeReserveJoules).isCloseTo(0.2 * earned, within(1e-9));
        }
    }

    /** A token costs .1 J, so prompts of 100 tokens took 10 J, and this one takes 100 J. */
    @Test
    void overdrawsAReserveForALongPrompt() {
        TestSla sla = believing(PLAIN);
        sla.model("big").energy.prior.perAnswer = 0;
        sla.model("big").energy.prior.perPromptToken = 0.1;
        for (int i = 0; i < 99; i++) {
            sla.decide("r" + i, new Prompt(new float[0], 100, 0));
        }
        sla.model("big").probeReserveJoules = 11;
        Prompt prompt = new Prompt(new float[0], 1_000, 0);
        Decision decision = sla.algorithm.decide("r", prompt, 0);
        assertThat(decision.asked).isEqualTo(2);
        assertThat(sla.zoo.get(decision.ranking[1])).isEqualTo("big");
        sla.algorithm.admit(decision, prompt, 0);
        assertThat(sla.model("big").probeReserveJoules).isCloseTo(-89, within(1e-6));
    }

    /** As after a model's joules fell, or where an earlier release saved more. */
    @Test
    void losesWhatExceedsTheBoundOfAReserve() {
        TestSla sla = believing(PLAIN);
        sla.algorithm.markUnavailable("big", Long.MAX_VALUE);
        sla.model("big").probeReserveJoules = 5_000;
        sla.answered(sla.request(EXPLOITED), 0.7, 10);
        assertThat(sla.model("big").probeReserveJoules).isCloseTo(160, within(1e-9));
    }

    /** In a window of 64 requests an allowance could not save for two answers of big otherwise. */
    @Test
    void savesForTheMostExpensiveModelHoweverShortTheWindow() {
        TestSla sla = believing(PLAIN.window(64));
        for (int i = 0; i < 1_000; i++) {
            sla.priced(1e-3); // no label is worth anything
            sla.answered(sla.request(EXPLOITED), 0.7, 10);
        }
        assertThat(sla.state.probeAllowanceJoules).isCloseTo(160, within(1e-9));
    }

    /** The first measurement says what joules are: a budget of microjoules here, and not of 1 J. */
    @Test
    void earnsInTheUnitOfTheFirstMeasurement() {
        var sla = new TestSla(PLAIN, "small", "middle").priced(100);
        sla.algorithm.markUnavailable("middle", Long.MAX_VALUE);
        sla.measured(sla.request(EXPLOITED), "small", 1e-5);
        assertThat(sla.state.probeAllowanceJoules)
                .isCloseTo(0.7 * (1e-6 + first(1, 1e-5)), within(1e-12));
    }

    @Test
    void asksAsUsualWhereNoModelIsAvailable() {
        TestSla sla = believing(PLAIN).probing("big");
        sla.zoo.forEach(model -> sla.algorithm.markUnavailable(model, Long.MAX_VALUE));
        assertThat(second(sla)).isEqualTo("big");
    }

    @Test
    void takesATenthOfWhatIsTypicalForAFreeModel() {
        TestSla sla = believing(PLAIN).priced(1e4);
        sla.model("big").energy.prior.perAnswer = 0;
        sla.model("big").probeReserveJoules = 20;
        assertThat(sla.request(EXPLOITED).models()).containsExactly("small", "big");
        assertThat(sla.model("big").probeReserveJoules)
                .isCloseTo(20 - 0.1 * Math.sqrt(10 * 20), within(1e-9));
    }

    @Test
    void givesBackWhatAFailedProbeWouldHaveTaken() {
        TestSla sla = believing(PLAIN).probing("big");
        PendingRequest request = sla.request(EXPLOITED);
        sla.failed(request, "big");
        sla.failed(request, "big");
        assertThat(sla.model("big").probeReserveJoules).isEqualTo(1e9);
    }

    @Test
    void asksAModelOfUnknownJoulesOnceAndAtOnce() {
        TestSla sla = believing(PLAIN);
        sla.model("big").energy.prior.perAnswer = Double.NaN;
        assertThat(sla.request(EXPLOITED).models()).containsExactly("small", "big");
        for (int i = 0; i < 100; i++) {
            assertThat(sla.request(EXPLOITED).models()).doesNotContain("big");
        }
    }

    /** Small is always chosen, and big is unavailable: neither can spend its reserve. */
    @Test
    void savesNoMoreThanAWindowEarnsAndForEachModelNoMoreThanTwoAnswers() {
        TestSla sla = believing(PLAIN.window(100));
        sla.algorithm.markUnavailable("big", Long.MAX_VALUE);
        for (int i = 0; i < 5_000; i++) {
            sla.priced(1e-3); // no label is worth anything
            sla.answered(sla.request(EXPLOITED), 0.7, 10);
        }
        double ofWindow = 0.1 * 100 * Math.cbrt(10 * 20 * 80);
        assertThat(sla.state.probeAllowanceJoules).isCloseTo(0.7 * ofWindow, within(1e-9));
        assertThat(sla.model("small").probeReserveJoules).isCloseTo(20, within(1e-9));
        assertThat(sla.model("big").probeReserveJoules).isCloseTo(160, within(1e-9));
    }

    @Test
    void probesAModelThatNobodyMetersAtWhatIsTypical() {
        TestSla sla = believing(PLAIN);
        sla.model("big").energy.prior.perAnswer = Double.NaN;
        assertThat(sla.request(EXPLOITED).models()).containsExactly("small", "big");
        sla.model("big").probeReserveJoules = 20;
        assertThat(sla.request(EXPLOITED).models()).containsExactly("small", "big");
        assertThat(sla.model("big").probeReserveJoules)
                .isCloseTo(20 - Math.sqrt(10 * 20), within(1e-9));
    }

    @Test
    void asksNothingWithoutABudget() {
        TestSla sla = believing(PLAIN.explorationBudget(0)).probing("big");
        sla.state.probeAllowanceJoules = 1e9;
        assertThat(sla.request(EXPLOITED).models()).hasSize(1);
    }

    @Test
    void asksNoLabelThatIsWorthNothing() {
        TestSla sla = believing(PLAIN);
        sla.state.probeAllowanceJoules = 1e9;
        sla.priced(1e4); // big is .057 behind, and worth hundreds of joules a request
        assertThat(sla.request(EXPLOITED).models()).hasSize(2);
        sla.priced(1e-3);
        assertThat(sla.request(EXPLOITED).models()).hasSize(1);
    }

    /** A free model takes a tenth of what is typical from the budget. */
    @Test
    void asksAFreeModelButNotWithEveryRequest() {
        TestSla sla = believing(PLAIN);
        sla.priced(1_000);
        sla.shared().accuracy.begin(0.5, 0.05, 0);
        believe(sla, "small", 0.9, 0.1);
        believe(sla, "big", 0.4, 0.1);
        sla.model("big").energy.prior.perAnswer = 0;
        sla.model("middle").energy.prior.perAnswer = 1_000;
        int probed = 0;
        for (int i = 0; i < 1_000; i++) {
            PendingRequest request = sla.request(EXPLOITED);
            boolean free = request.models().size() == 2 && request.models().get(1).equals("big");
            probed += free ? 1 : 0;
            sla.measured(request, request.models().get(0), 10);
            if (free) {
                sla.measured(request, "big", 0);
            }
        }
        // 1,000 answers of 10 J earn 1,000 J at a pressure of 0, and as the first ones 1,000 ln(11)
        // more. A probe takes 10 J.
        assertThat(probed).isBetween(1, 340);
    }

    /**
     * Whatever the settings, what a label is worth is a number: where there is an allowance, it is
     * bought.
     */
    @Property(tries = 200)
    void asksWhateverIsWorthMostUnderAnySetting(
            @ForAll @IntRange(min = 5, max = 30) int exponent,
            @ForAll @DoubleRange(min = -10, max = 10) double q,
            @ForAll @DoubleRange(max = 100) double credit,
            @ForAll @DoubleRange(max = 3) double sigmas) {
        TestSla sla = believing(PLAIN.credit(credit).marginSigmas(sigmas));
        sla.priced(Math.pow(10, exponent));
        sla.queue.q = q;
        sla.state.probeAllowanceJoules = 1e9;
        Decision decision = sla.decide(EXPLOITED);
        assertThat(decision.asked).isEqualTo(2);
        assertThat(decision.probeJoules).isPositive().isFinite();
    }

    /** Whatever the settings, a reserve is spent. */
    @Property(tries = 200)
    void spendsAReserveUnderAnySetting(
            @ForAll @IntRange(min = -30, max = 30) int exponent,
            @ForAll @DoubleRange(max = 100) double credit,
            @ForAll @DoubleRange(max = 3) double sigmas) {
        TestSla sla = believing(PLAIN.credit(credit).marginSigmas(sigmas));
        sla.priced(Math.pow(10, exponent));
        sla.probing("big").probing("middle").probing("small");
        Decision decision = sla.decide(EXPLOITED);
        assertThat(decision.asked).isEqualTo(2);
        assertThat(decision.probeJoules).isPositive().isFinite();
    }

    /** However few deviations it looks at, it finds the model that looking at all would find. */
    @Property(tries = 200)
    void findsWhatIsWorthMostOfAll(@ForAll long seed) {
        Random random = new Random(seed);
        String[] ids = {"a", "b", "c", "d", "e"};
        TestSla sla = new TestSla(Settings.stream(0.6), ids).priced(200);
        int known = random.nextInt(200);
        for (int label = 0; label < known; label++) {
            int m = random.nextInt(ids.length) * random.nextInt(2);
            PendingRequest request = sla.request("r" + label, features(random));
            PendingAnswer asked = request.answer(ids[m]);
            String model = asked == null ? request.models().get(0) : ids[m];
            double joules = 10 * Math.pow(2, sla.zoo.indexOf(model));
            sla.algorithm.observe(
                    request, Observation.answered(model, random.nextInt(2), joules, true));
        }
        for (int m = 0; m < ids.length; m++) {
            WorkModels.observe(sla.model(ids[m]).energy, TestSla.TOKENS, 0, 10 * Math.pow(2, m));
            sla.model(ids[m]).probeReserveJoules = -1;
        }
        sla.state.probeAllowanceJoules = 1e9;

        float[] x = features(random);
        Decision decision = sla.decide("next", x);

        double lambda = sla.algorithm.joulesPerScore();
        int best = -1;
        double most = 0;
        for (int m = 0; m < ids.length; m++) {
            double worth = m == decision.chosen() ? 0 : worth(sla, decision, m, x, lambda);
            if (worth > most) {
                most = worth;
                best = m;
            }
        }
        assertThat(decision.asked).isEqualTo(best < 0 ? 1 : 2);
        if (best >= 0) {
            assertThat(decision.ranking[1]).isEqualTo(best);
        }
    }

    private static float[] features(Random random) {
        return new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()};
    }

    /** Expected improvement of a logistic distribution, per joule. */
    private static double worth(TestSla sla, Decision d, int m, float[] x, double lambda) {
        double deviation =
                sla.state.price.deviationRatio() * sla.models().model(m).predictor().deviation(x);
        double scale = Math.sqrt(3) / Math.PI * deviation;
        double ahead = (d.objective[d.chosen()] - d.objective[m]) / lambda;
        return scale * Math.log1p(Math.exp(ahead / scale)) / d.joules[m];
    }

    /** The model that the next decision asks beside the chosen one. */
    private static String second(TestSla sla) {
        Decision decision = sla.decide(EXPLOITED);
        assertThat(decision.asked).isEqualTo(2);
        return sla.zoo.get(decision.ranking[1]);
    }

    private static TestSla believing(Settings settings) {
        var sla = new TestSla(settings, "small", "middle", "big").priced(100);
        sla.model("small").energy.prior.perAnswer = 10;
        sla.model("middle").energy.prior.perAnswer = 20;
        sla.model("big").energy.prior.perAnswer = 80;
        for (String model : sla.zoo) {
            sla.model(model).expectedScore = 0.5;
        }
        sla.shared().accuracy.begin(0.5, 0.05, 0);
        believe(sla, "small", 0.7, 0.1);
        believe(sla, "middle", 0.6, 0.1);
        believe(sla, "big", 0.65, 0.2);
        return sla;
    }

    private static void believe(TestSla sla, String model, double accuracy, double deviation) {
        sla.model(model).accuracy.own.begin(accuracy - 0.5, deviation * deviation, 0);
    }
}
