package dev.messplus.core.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.CachedPrompt;
import dev.messplus.core.CallWork;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Priors;
import dev.messplus.core.Prompt;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkModelTest {

    private static final Offset<Double> CLOSE = within(1e-9);
    private static final Prompt PROMPT = new Prompt(null, 100, 0);

    private final WorkModel model = new WorkModel();

    // Before data

    @Test
    void knowsOnlyThePriorBeforeTheFirstMeasurement() {
        assertThat(model.price(100, 0, 64)).isNaN();
        assertThat(model.typicalPrice()).isNaN();
        model.assume(30);
        assertThat(model.price(100, 0, 64)).isEqualTo(30);
        assertThat(model.charge(100, 0, 64, model.load.concurrency)).isEqualTo(30);
        assertThat(model.typicalPrice()).isEqualTo(30);
        model.assume(40);
        assertThat(model.typicalPrice()).isEqualTo(30);
    }

    @Test
    void priorMayGrowWithThePromptAndTheAnswerThatARequestAllows() {
        model.prior.perPromptToken = 0.1;
        model.prior.perCompletionToken = 2;
        assertThat(model.price(40, 0, 10)).isEqualTo(4 + 20);
        assertThat(model.price(40, 0, 0)).isEqualTo(4 + 2 * 200);
        assertThat(model.typicalPrice()).isEqualTo(10 + 2 * 200);
        model.prior.perAnswer = 1;
        assertThat(model.price(40, 0, 10)).isEqualTo(1 + 4 + 20);
        model.expect(40, 10);
        assertThat(model.typicalPrice()).isEqualTo(1 + 4 + 20);
    }

    @Test
    void theOwnersMaximumHoldsForEveryRequest() {
        model.prior.perCompletionToken = 2;
        model.defaultMaxTokens = 50;
        model.maxTokensCeiling = 100;
        assertThat(model.price(1, 0, 0)).isEqualTo(100);
        assertThat(model.price(1, 0, 10)).isEqualTo(20);
        assertThat(model.price(1, 0, 150)).isEqualTo(200);
    }

    // Price and charge

    /** Alone 1.1 J a token above 75 W idle at 10 ms a token: in a full batch .1 J. */
    @Test
    void pricesACallAtTheLoadThatTheModelIsToHaveAndChargesItAtTheLoadThatItHas() {
        measure(1, 200, 220, 150, 2);
        model.load.observe(.01, 0);
        assertThat(model.charge(100, 0, 0, model.load.concurrency)).isCloseTo(370, within(3.0));
        assertThat(model.price(100, 0, 0)).isCloseTo(220, within(3.0));

        model.load.plan(20);
        assertThat(model.price(100, 0, 0)).isCloseTo(20, within(.5));
        assertThat(model.typicalPrice()).isCloseTo(20, within(.5));
        assertThat(model.charge(100, 0, 0, model.load.concurrency)).isCloseTo(370, within(3.0));

        model.load.observe(20, 0);
        // 200 tokens x (.1 + 1 / 20) J, and 75 W of a twentieth of the time and of what b takes.
        assertThat(model.charge(100, 0, 0, model.load.concurrency))
                .isCloseTo(30 + 75 * 200 * .01 * (1 / 1.02) * (.05 + .02), within(1.0));
        model.load.plan(Double.NaN);
        assertThat(model.price(100, 0, 0)).isCloseTo(20, within(.5));
    }

    @Test
    void elasticServersHaveIdlePowerInThePrice() {
        model.elastic = true;
        measure(1, 200, 220, 150, 2);
        assertThat(model.price(100, 0, 0)).isCloseTo(370, within(6.0));
        assertThat(model.charge(100, 0, 0, model.load.concurrency)).isCloseTo(370, within(6.0));
        assertThat(model.meanCharge()).isCloseTo(370, CLOSE);
    }

    @Test
    void whatDoesNotFollowTheLoadHasOnePrice() {
        model.observe(PROMPT, MeasuredEnergy.of(12));
        for (double load : new double[] {0, 1, 100}) {
            model.load.plan(load);
            assertThat(model.price(100, 0, 0)).isCloseTo(12, CLOSE);
        }
        assertThat(model.meanCharge()).isEqualTo(12);
        assertThat(model.price(400, 0, 64)).isCloseTo(12, within(1e-6));
    }

    @Test
    void priceGrowsWithThePromptWhereThatIsWhatJoulesGrowWith() {
        for (int tokens = 10; tokens <= 500; tokens += 10) {
            WorkModels.observe(model, tokens, 0, 5 + .2 * tokens);
        }
        // A little flatter by the prior: as one call that says that prompts cost nothing.
        assertThat(model.price(0, 0, 0)).isCloseTo(5, within(5.0));
        assertThat(model.price(500, 0, 0)).isCloseTo(105, within(5.0));
    }

    @Test
    void answersThatWereCutSayThatOthersAreLonger() {
        for (int call = 0; call < 200; call++) {
            boolean cut = call % 2 == 0;
            model.observe(
                    new Prompt(null, 100, cut ? 100 : 0),
                    new MeasuredEnergy(
                            cut ? 100 : 400,
                            0,
                            Double.NaN,
                            false,
                            new CallWork(
                                    cut ? 100 : 400,
                                    Double.NaN,
                                    Double.NaN,
                                    false,
                                    CachedPrompt.NONE,
                                    cut)));
        }
        assertThat(model.price(100, 0, 50)).isCloseTo(50, within(3.0));
        assertThat(model.price(100, 0, 100)).isCloseTo(100, within(5.0));
        assertThat(model.price(100, 0, 0)).isCloseTo(400, within(25.0));
    }

    @Test
    void whatWasInACacheIsNotComputed() {
        SplittableRandom random = new SplittableRandom(3);
        for (int call = 0; call < 100; call++) {
            int p = 1_000 + random.nextInt(1_000);
            double cached = call % 2 == 0 ? .9 : .4;
            double joules = .05 * p * (1 - cached) + 10;
            model.observe(
                    new Prompt(null, p, 0),
                    new MeasuredEnergy(
                            joules,
                            0,
                            Double.NaN,
                            false,
                            new CallWork(
                                    Double.NaN,
                                    Double.NaN,
                                    Double.NaN,
                                    false,
                                    new CachedPrompt(cached, 0),
                                    false)));
        }
        assertThat(model.price(2_000, 0, 0)).isCloseTo(.05 * 2_000 * .35 + 10, within(3.0));
    }

    // Failures

    /** Nine of ten calls take 300 J and bring nothing: an answer costs 2,700 J of failed ones. */
    @Test
    void failedCallsArePartOfThePriceOfAnAnswerAndOfNoCharge() {
        for (int call = 0; call < 200; call++) {
            if (call % 10 == 0) {
                model.observe(PROMPT, MeasuredEnergy.of(30));
            } else {
                model.failures.add(300);
            }
        }
        // About: what is counted is recent, and an answer is added against division by 0.
        assertThat(model.price(100, 0, 0)).isBetween(1_000.0, 3_500.0);
        assertThat(model.charge(100, 0, 0, model.load.concurrency)).isCloseTo(30, CLOSE);
        assertThat(model.failures.perCall(model.price(100, 0, 0))).isBetween(200.0, 400.0);

        for (int call = 0; call < 100; call++) {
            model.observe(PROMPT, MeasuredEnergy.of(30));
        }
        assertThat(model.price(100, 0, 0)).isCloseTo(30, within(3.0));
    }

    /** Where few requests come, nothing else would say that an outage is over. */
    @Test
    void failuresAreForgottenWithTime() {
        for (int call = 0; call < 60; call++) {
            model.observe(PROMPT, MeasuredEnergy.of(30));
        }
        for (int call = 0; call < 60; call++) {
            model.failures.add(300);
        }
        assertThat(model.price(100, 0, 0)).isGreaterThan(1_000);
        model.failures.pass(3_600);
        assertThat(model.price(100, 0, 0)).isLessThan(60);
    }

    @Test
    void failuresOfOtherShardsCount() {
        WorkModel later = new WorkModel();
        for (int call = 0; call < 40; call++) {
            WorkModel of = call < 20 ? model : later;
            if (call % 10 == 0) {
                of.observe(PROMPT, MeasuredEnergy.of(30));
            } else {
                of.failures.add(300);
            }
        }
        model.observe(later);
        assertThat(model.price(100, 0, 0)).isBetween(1_000.0, 3_500.0);
    }

    // Learning

    @ParameterizedTest
    @ValueSource(doubles = {.1, 10})
    void followsAServerThatWasChanged(double factor) {
        SplittableRandom random = new SplittableRandom(4);
        for (int call = 0; call < 1_000; call++) {
            measure(random, call < 500 ? 1 : factor);
        }
        model.load.observe(10, 0);
        assertThat(
                        model.charge(100, 0, 200, model.load.concurrency)
                                / (factor * 200 * (1.6 * new ServerLoad().part(10) + .08)))
                .isCloseTo(1, within(.1));
    }

    private void measure(SplittableRandom random, double factor) {
        double n = 50 + random.nextInt(300);
        double concurrency = 1 + random.nextInt(20);
        double joules = factor * n * (1.6 / concurrency + .08) * (1 + .1 * random.nextGaussian());
        model.observe(
                new Prompt(null, 100, (int) n),
                new MeasuredEnergy(
                        joules,
                        0,
                        Double.NaN,
                        false,
                        new CallWork(n, .01 * n, concurrency, false, CachedPrompt.NONE, true)));
    }

    @Test
    void saysHowFarOffItWas() {
        assertThat(model.errors.mean()).isNaN();
        model.prior.perAnswer = 30;
        model.observe(PROMPT, MeasuredEnergy.of(10));
        assertThat(model.errors.mean()).isEqualTo(20);
        assertThat(model.relativeError()).isEqualTo(2);
        model.observe(PROMPT, MeasuredEnergy.of(20));
        assertThat(model.errors.mean()).isCloseTo((.99 * 20 + 10) / 1.99, CLOSE);
        assertThat(model.totalJoules).isEqualTo(30);
        assertThat(model.measurements).isEqualTo(2);
    }

    @Test
    void anUncertainMeasurementWeighsLess() {
        model.observe(PROMPT, MeasuredEnergy.of(10));
        assertThat(model.weightOf(WorkModels.uncertain(10, 4))).isOne();
        model.observe(PROMPT, MeasuredEnergy.of(14));
        double variance = Math.PI / 2 * 16;
        assertThat(model.weightOf(WorkModels.uncertain(10, 8)))
                .isCloseTo(variance / (variance + 16), CLOSE);
        assertThat(model.weightOf(WorkModels.uncertain(10, 0))).isOne();
        assertThat(model.weightOf(WorkModels.uncertain(10, 1e6)))
                .isEqualTo(Priors.MIN_MEASUREMENT_WEIGHT);
    }

    @Test
    void sumsOfLaterMeasurementsSayAsMuchAsTheMeasurements() {
        SplittableRandom random = new SplittableRandom(5);
        WorkModel later = new WorkModel();
        WorkModel all = new WorkModel();
        for (int call = 0; call < 40; call++) {
            Prompt prompt = new Prompt(null, random.nextInt(300), 0);
            double n = 1 + random.nextInt(300);
            var energy =
                    new MeasuredEnergy(
                            10 * random.nextDouble() * n,
                            random.nextDouble(),
                            1,
                            false,
                            new CallWork(
                                    n,
                                    .01 * n,
                                    1 + random.nextInt(9),
                                    false,
                                    CachedPrompt.NONE,
                                    false));
            all.learn(prompt, energy, 1);
            (call < 20 ? model : later).learn(prompt, energy, 1);
        }
        model.observe(later);
        model.load.observe(3, 0);
        all.load.observe(3, 0);
        assertThat(model.price(200, 0, 0)).isCloseTo(all.price(200, 0, 0), within(1e-6));
        assertThat(model.charge(200, 0, 0, model.load.concurrency))
                .isCloseTo(all.charge(200, 0, 0, all.load.concurrency), within(1e-6));
        assertThat(model.measurements).isEqualTo(40);
        assertThat(model.totalJoules).isCloseTo(all.totalJoules, within(1e-6));
        assertThat(model.errors.relativeUncertainty())
                .isCloseTo(all.errors.relativeUncertainty(), CLOSE);
    }

    @Test
    void measurementsOfSeveralShardsWeighAsMuchAsIfTheyHadComeInTurn() {
        WorkModel dear = new WorkModel();
        for (int call = 0; call < 1_000; call++) {
            WorkModels.observe(model, 100, 0, 2);
            WorkModels.observe(dear, 100, 0, 4);
        }
        model.interleave(dear);
        assertThat(model.measurements).isEqualTo(2_000);
        assertThat(model.joules.weight).isCloseTo(1 / (1 - Priors.ENERGY_FORGETTING), within(1e-3));
        assertThat(model.meanCharge()).isCloseTo(3, within(1e-6));
    }

    @Test
    void whatCannotBeTrueIsNotLearned() {
        measure(1, 200, 220, 0, 2);
        double before = model.price(100, 0, 0);
        measure(0, 200, 220, 0, 2);
        measure(Double.NaN, 200, Double.POSITIVE_INFINITY, 0, 2);
        assertThat(model.price(100, 0, 0)).isCloseTo(before, within(10.0));
    }

    /**
     * 2 J for each 10 tokens of a prompt, of which 800 of 1,000 were computed for the turn before.
     */
    @Test
    void aConversationCostsLessWithTheModelOfItsTurnBefore() {
        SplittableRandom random = new SplittableRandom(7);
        for (int call = 0; call < 300; call++) {
            boolean warm = random.nextBoolean();
            int tokens = 500 + random.nextInt(1_000);
            double computed = warm ? .2 * tokens : tokens;
            model.observe(
                    new Prompt(null, tokens, 0),
                    new MeasuredEnergy(
                            .2 * computed + 200,
                            0,
                            Double.NaN,
                            false,
                            new CallWork(
                                    200,
                                    2,
                                    1 + random.nextInt(8),
                                    false,
                                    warm ? new CachedPrompt(.8, .8) : CachedPrompt.NONE,
                                    false)));
        }
        double cold = model.price(1_000, 0, 0);
        assertThat(cold - model.price(1_000, 800, 0)).isCloseTo(160, within(5.0));
        assertThat(model.charge(1_000, 0, 0, 1) - model.charge(1_000, 800, 0, 1))
                .isCloseTo(160, within(5.0));
        assertThat(model.priceParts(1_000, 800, 0, 0).prefill()).isCloseTo(40, within(5.0));
    }

    // What batching saves

    /** Varied loads say that b / a is .05. Later ones are all alike and noisy. */
    @Test
    void whatBatchingSavesIsRememberedWhereTheLoadStaysAsItIs() {
        SplittableRandom random = new SplittableRandom(3);
        for (int plan = 0; plan < 10; plan++) {
            beforeAPlan(random, 1.6, () -> 1 + random.nextInt(20));
        }
        assertThat(batchedRatio()).isCloseTo(.05, within(.01));
        for (int plan = 0; plan < 40; plan++) {
            beforeAPlan(random, 1.6, () -> 20);
        }
        assertThat(model.joules.ratioKnown(.5)).isLessThan(.1);
        assertThat(batchedRatio()).isCloseTo(.05, within(.02));
        assertThat(model.batchedKnown).isGreaterThan(.8);
    }

    /** At first, calls seem to take the same at any load. */
    @Test
    void aWrongBeginningIsOvercome() {
        SplittableRandom random = new SplittableRandom(4);
        for (int plan = 0; plan < 3; plan++) {
            beforeAPlan(random, 0, () -> 1 + random.nextInt(20));
        }
        assertThat(batchedRatio()).isGreaterThan(2);
        for (int plan = 0; plan < 15; plan++) {
            beforeAPlan(random, 1.6, () -> 1 + random.nextInt(20));
        }
        assertThat(batchedRatio()).isCloseTo(.05, within(.02));
    }

    private double batchedRatio() {
        return Math.exp(model.batchedLog);
    }

    /** As many calls as are decided between two plans. */
    private void beforeAPlan(SplittableRandom random, double a, IntSupplier concurrency) {
        for (int call = 0; call < Priors.PLAN_DECISIONS; call++) {
            int calls = concurrency.getAsInt();
            double noise = 1 + .1 * random.nextGaussian();
            measure(calls, 200, 200 * (a / calls + .08) * noise, 0, 2);
        }
        model.rememberRatio();
        model.assumeRatio(Math.log(.5));
    }

    // The load

    /** Of 4 servers, each has a quarter of the calls. */
    @Test
    void callsOfAModelAreSharedByItsServers() {
        model.load.servers = 4;
        measure(1, 200, 220, 0, 2);
        model.load.observe(4, 0);
        assertThat(model.price(100, 0, 0)).isCloseTo(20 + 200 * Math.exp(-1), within(3.0));
        assertThat(model.charge(100, 0, 0, 4))
                .isCloseTo(20 + 200 * (1 - Math.exp(-1)), within(3.0));
    }

    @Test
    void aCallAloneBearsAStepAndOneOfManyAPartOfIt() {
        assertThat(new ServerLoad().part(0)).isOne();
        assertThat(new ServerLoad().part(1e-12)).isCloseTo(1, CLOSE);
        assertThat(new ServerLoad().part(1)).isCloseTo(1 - Math.exp(-1), CLOSE);
        assertThat(new ServerLoad().part(50)).isCloseTo(.02, CLOSE);
    }

    /** 2 s alone; b is .02 of a: 40 ms of each call are the server's alone. */
    @Test
    void theLoadSaysHowManyRequestsComeByLittlesLaw() {
        measure(1, 200, 220, 0, 2.04);
        assertThat(model.load.perSecond(model.seconds)).isZero();
        model.load.observe(16, 0);
        assertThat(model.load.perSecond(model.seconds)).isCloseTo(16 / (2 + 16 * .04), within(.1));
    }

    /**
     * A call takes 2 s alone, and .02 of that more for each other one: n + 2.33 sqrt(1.6 n) = 64.
     */
    @Test
    void callsThatSlowEachOtherDownNeedMoreRoom() {
        model.load.observe(16, 0);
        assertThat(model.load.safe(model.seconds)).isInfinite();
        model.load.observe(16, 64);
        assertThat(model.load.safe(model.seconds)).isCloseTo(47.9, within(.1));
        measure(1, 200, 220, 0, 2.04);
        double safe = model.load.safe(model.seconds);
        double slower = 1 + .04 / 2.04 * (safe - 1);
        assertThat(safe + 2.33 * Math.sqrt(slower * safe)).isCloseTo(64, within(.1));
    }

    /** By Little's law: 43 calls in 2.8 s are 15 a second. */
    @Test
    void aModelThatHasMoreCallsThanThatCountsEachOfThemMore() {
        measure(1, 200, 220, 0, 2.04);
        model.load.observe(16, 64);
        double safe = model.load.safe(model.seconds);
        assertThat(model.safeSeconds(100, 0)).isCloseTo((2 + .04 * safe) / safe, within(.001));
        for (int call = 0; call < 500; call++) {
            measure(80, 200, 220, 0, 2 + .04 * 80);
        }
        assertThat(model.safeSeconds(100, 0))
                .isCloseTo((2 + .04 * 80) / model.load.safe(model.seconds), within(.01));
    }

    private void measure(
            double concurrency, double tokens, double joules, double idleJoules, double seconds) {
        model.observe(
                PROMPT,
                new MeasuredEnergy(
                        joules + idleJoules,
                        idleJoules,
                        Double.NaN,
                        false,
                        new CallWork(
                                tokens, seconds, concurrency, false, CachedPrompt.NONE, false)));
    }
}
