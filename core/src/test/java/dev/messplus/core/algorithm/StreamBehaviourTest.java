package dev.messplus.core.algorithm;

import static dev.messplus.core.algorithm.StreamWorld.rates;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Decision;
import dev.messplus.core.LabelSource;
import dev.messplus.core.Prompt;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.algorithm.Settings.Learner;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the stream's rule holds to at any age, through outages and within its budget. */
class StreamBehaviourTest {

    private static final double[] JOULES = {10, 30, 100};
    private static final double[][] RATES = rates(0.5, 0.6, 0.75);

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 1})
    void beforeTheFirstLabelTheModelsGoRoundWithinWhatIsCheap(double audited) {
        TestSla sla = unlabelled(audited);

        Map<String, Long> chosen =
                IntStream.range(0, 30)
                        .mapToObj(i -> sla.request("r" + i, 1).models().get(0))
                        .collect(groupingBy(model -> model, counting()));

        assertThat(chosen.keySet()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(chosen.values()).containsOnly(10L);
        // Their priors count as 10 labels each; a long wait for labels is not spent on this.
        assertThat(IntStream.range(30, 60).mapToObj(i -> sla.request("r" + i, 1).models().get(0)))
                .containsOnly("a");
    }

    /**
     * At the pressure of a shortfall of 7.48, lambda is 1 / .08 J, and E - ln E is least at 1 J.
     * That model is down; the next best takes 1.3 J, and a model of .5 J is like the one that is
     * down.
     */
    @Test
    void aModelThatIsDownHasNoTurnAndGivesNone() {
        TestSla sla = new TestSla(Settings.bare(0.5).learner(Learner.BAYES), "low", "down", "next");
        sla.model("low").energy.assume(0.5);
        sla.model("down").energy.assume(1);
        sla.model("next").energy.assume(1.3);
        sla.model("down").unavailableUntilMillis = 1_000;
        sla.queue.q = 7.48;

        Decision decision = sla.decide("r", 1);

        assertThat(decision.ranking).containsExactly(2, 0, 1);
    }

    /**
     * 40 x .01 + 10 x .2 = 2.4 J and 40 x .02 + 10 x .3 = 3.8 J: lambda_0 is cbrt(2.4 x 3.02^2) /
     * .08 = 35.0 J. By answers of a typical length, it would be 17 times that.
     */
    @Test
    void thePriceBeforeMeasurementsIsOfTheRequestsThatCome() {
        TestSla sla = new TestSla(Settings.bare(0.5), "small", "large");
        sla.model("small").energy.prior.perPromptToken = 0.01;
        sla.model("small").energy.prior.perCompletionToken = 0.2;
        sla.model("large").energy.prior.perPromptToken = 0.02;
        sla.model("large").energy.prior.perCompletionToken = 0.3;

        Decision first = sla.decide("r0", new Prompt(new float[] {1}, 40, 10));

        assertThat(first.joules).containsExactly(2.4, 3.8);
        assertThat(first.typicalJoules).isCloseTo(Math.sqrt(2.4 * 3.8), within(1e-9));
        assertThat(sla.algorithm.joulesPerScore())
                .isCloseTo(Math.cbrt(2.4 * 2.4 * 3.8) / 0.08, within(1e-6));
    }

    /** Both are believed to score .5, at 10 J, and the uncertain one was asked more often. */
    @ParameterizedTest
    @CsvSource({"certain, uncertain", "uncertain, certain"})
    void aModelThatMayBeBetterThanBelievedIsAskedWhenItIsNeeded(String first, String second) {
        TestSla sla = believing(first, second);
        believe(sla, "certain", 0.5, 0.1);
        believe(sla, "uncertain", 0.5, 0.2);
        sla.state.asked.put("uncertain", 5L);

        assertThat(chosen(sla, -20)).isEqualTo("certain");
        assertThat(chosen(sla, 0)).isEqualTo("certain");
        assertThat(chosen(sla, 0.5)).isEqualTo("uncertain");
        assertThat(chosen(sla, 50)).isEqualTo("uncertain");
    }

    /**
     * At a pressure of G = sqrt(.2) x 40, forecasts count as .75 deviations higher: .075 and .15.
     */
    @ParameterizedTest
    @CsvSource({"0.43, uncertain", "0.42, certain"})
    void aModelIsNotTakenForBetterThanThreeQuartersOfADeviation(double accuracy, String expected) {
        TestSla sla = believing("certain", "uncertain");
        believe(sla, "certain", 0.5, 0.1);
        believe(sla, "uncertain", accuracy, 0.2);
        assertThat(chosen(sla, Math.sqrt(0.2) * 40)).isEqualTo(expected);
        assertThat(chosen(sla, 0)).isEqualTo("certain");
    }

    /** How good the unavailable one seems does not matter. */
    @Test
    void aModelThatIsDownDoesNotHideWhatOthersMayBe() {
        TestSla sla = believing("down", "certain", "uncertain");
        believe(sla, "down", 1, 0.01);
        believe(sla, "certain", 0.5, 0.1);
        believe(sla, "uncertain", 0.49, 0.2);
        sla.algorithm.markUnavailable("down", 1_000);
        assertThat(chosen(sla, Math.sqrt(0.2) * 40)).isEqualTo("uncertain");
    }

    private static String chosen(TestSla sla, double pressure) {
        sla.queue.q = pressure;
        return sla.zoo.get(sla.decide("r").chosen());
    }

    private static TestSla believing(String... zoo) {
        TestSla sla = new TestSla(Settings.bare(0.5).learner(Learner.BAYES), zoo);
        for (String model : zoo) {
            sla.model(model).expectedScore = 0.5;
            sla.model(model).energy.prior.perAnswer = 10;
        }
        sla.shared().accuracy.begin(0.5, 0.05, 0);
        return sla;
    }

    private static void believe(TestSla sla, String model, double accuracy, double deviation) {
        sla.model(model).accuracy.own.begin(accuracy - 0.5, deviation * deviation, 0);
    }

    @Test
    void theFirstLabelEndsTheRound() {
        TestSla sla = unlabelled(1);
        PendingRequest first = sla.request("r0", 1);
        sla.answered(first, 1, 1);

        assertThat(sla.request("r1", 1).models().get(0)).isEqualTo(first.models().get(0));
        assertThat(sla.request("r2", 1).models().get(0)).isEqualTo(first.models().get(0));
    }

    @Test
    void whatAnOwnerExpectsEndsTheRound() {
        TestSla sla = unlabelled(1);
        sla.model("b").expectedScore = 0.9;

        TestSla told = sla.withZoo("a", "b", "c", "dear");

        assertThat(IntStream.range(0, 5).mapToObj(i -> told.request("r" + i, 1).models().get(0)))
                .containsOnly("b");
    }

    /** Three models of nearly the same price, and one of many times that. Labels come later. */
    private static TestSla unlabelled(double audited) {
        Settings settings = Settings.stream(0.5).labels(LabelSource.audit(audited));
        TestSla sla = new TestSla(settings.explorationBudget(0), "a", "b", "c", "dear");
        sla.model("a").energy.assume(1);
        sla.model("b").energy.assume(0.9);
        sla.model("c").energy.assume(0.7);
        sla.model("dear").energy.assume(40);
        return sla;
    }

    @Test
    void theMarginDoesNotGrowWithTheAgeOfTheJob() {
        StreamWorld world = new StreamWorld(0.65, JOULES, RATES).rated(0.95);
        world.play(30_000, 64);
        double young = -world.sla.price().minQueue();
        world.play(90_000, 64);
        assertThat(-world.sla.price().minQueue()).isCloseTo(young, within(1.0));
    }

    /** 62 requests of margin and credit are settled once, not with every window. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 0.95})
    void anOldJobTakesNoMoreEnergyThanAYoungOne(double rated) {
        StreamWorld world = new StreamWorld(0.65, JOULES, RATES).rated(rated);
        double young = world.joulesPerRequest(40_000, 64);
        world.play(80_000, 64);
        assertThat(world.joulesPerRequest(40_000, 64)).isLessThan(1.06 * young);
        assertThat(world.averageScore()).isCloseTo(0.65, within(0.002));
    }

    /**
     * All scores are halved for a window. Of what was missed then, at most some 280 requests are
     * owed, and made up for in a quarter of a window.
     */
    @Test
    void anOutageIsNotPaidForLongAfterIt() {
        StreamWorld world = new StreamWorld(0.65, JOULES, rates(0.5, 0.6, 0.8));
        double before = world.joulesPerRequest(10_000, 64);
        double[][] healthy = world.rates();
        world.become(rates(0.25, 0.3, 0.4));
        world.play(10_000, 64);
        assertThat(world.sla.queue.q).isLessThanOrEqualTo(world.sla.price().maxQueue());
        assertThat(world.sla.queue.q).isBetween(200.0, 300.0);
        world.become(healthy);
        world.play(2_500, 64);
        assertThat(world.sla.queue.q).isLessThan(50);
        assertThat(world.joulesPerRequest(10_000, 64)).isLessThan(1.25 * before);
    }

    /** Where all models were alike in an outage, which one is best must be learned anew. */
    @Test
    void theQueueComesDownWithinAWindowOrTwoOfAnOutageInWhichAllWereAlike() {
        for (int seed = 1; seed <= 3; seed++) {
            StreamWorld world = new StreamWorld(0.65, JOULES, rates(0.5, 0.6, 0.8)).seed(seed);
            world.play(3_000, 16);
            double[][] healthy = world.rates();
            world.become(rates(0.2, 0.2, 0.2));
            world.play(20_000, 16);
            world.become(healthy);
            world.play(15_000, 16);
            assertThat(world.sla.queue.q).as("seed %s", seed).isLessThan(50);
        }
    }

    /**
     * A promise of .68 takes middle for 47% of requests and big for the rest, 67 J. Labels of
     * 20,000 requests are .47 / sqrt(20,000) = .0033 off their rates, which is worth 1.6 J; three
     * times that, and 1.5 J for a margin and a credit of 62 requests, make 73 J. Every request in
     * flight before the first label misses .18 or less, and so do as many after it.
     */
    @ParameterizedTest
    @CsvSource({
        "0, 1", "0, 2", "0, 3", "0, 4", "0, 5", "64, 1", "64, 2", "64, 3", "64, 4", "64, 5"
    })
    void keepsThePromiseWhenScoresAreChance(int inFlight, long seed) {
        StreamWorld world = new StreamWorld(0.68, JOULES, RATES).seed(seed);
        world.play(20_000 + inFlight, inFlight);
        TestSla sla = world.sla;
        assertThat(sla.queue.labelled).isEqualTo(20_000);
        assertThat(sla.queue.averageScore()).isBetween(0.68 - 0.001, 0.68 + 0.004);
        assertThat(sla.queue.maxDeficit).isLessThan(40 + 2 * 0.18 * inFlight);
        assertThat(sla.state.servedJoules / 20_000).isBetween(62.0, 73.0);
    }

    /** Strong is away for 100 of 2,000 requests, and what was missed is made up for. */
    @Test
    void makesGoodForAnOutageOfTheStrongModelOnceItIsBack() {
        StreamWorld world = new StreamWorld(0.65, new double[] {10, 40}, rates(0.5, 0.8));
        world.play(1_000, 16);
        world.sla.algorithm.markUnavailable("b", 1_000);
        List<String> before = List.copyOf(world.asked);
        world.play(100, 16);
        assertThat(world.asked.subList(before.size(), world.asked.size())).containsOnly("a");
        world.sla.nowMillis = 1_000;
        world.play(2_000, 16);
        assertThat(world.sla.queue.averageScore()).isGreaterThan(0.65 - 0.002);
    }

    /** 10% of the energy of the answers that were chosen, times e^2 at most. */
    @Test
    void secondAnswersStayWithinTheirBudget() {
        double most = 0.1 * Math.exp(2);
        for (double alpha : new double[] {0.4, 0.65, 0.74, 0.95}) {
            StreamWorld world = new StreamWorld(alpha, JOULES, RATES);
            world.play(3_000, 64);
            double chosenJoules = world.sla.state.servedJoules;
            assertThat(world.sla.state.explorationJoules())
                    .as("alpha %s", alpha)
                    .isPositive()
                    .isLessThan(most * chosenJoules + 2 * (10 + 30 + 100));
        }
    }

    /** Where any model keeps the promise: 10% times e^-2. */
    @Test
    void aPromiseThatIsKeptWithEaseLearnsLittle() {
        StreamWorld world = new StreamWorld(0.1, JOULES, RATES);
        world.play(10_000, 0);
        double first = world.sla.state.explorationJoules();
        double served = world.sla.state.servedJoules;
        world.play(10_000, 0);
        assertThat(world.sla.state.explorationJoules() - first)
                .isLessThan(0.02 * (world.sla.state.servedJoules - served) + 10 + 30 + 100);
    }
}
