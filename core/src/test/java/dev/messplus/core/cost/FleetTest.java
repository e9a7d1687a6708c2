package dev.messplus.core.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.messplus.core.CachedPrompt;
import dev.messplus.core.CallWork;
import dev.messplus.core.Decision;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Priors;
import dev.messplus.core.Prompt;
import org.junit.jupiter.api.Test;

class FleetTest {

    private static final Prompt PROMPT = new Prompt(new float[0], 100, 0);
    private static final int TOKENS = 200;

    private final WorkModel large = model(1.6, 7);
    private final WorkModel small = model(.32, 2.5);

    /**
     * Takes {@code alone} joules and {@code millis} for a token of a step, and a tenth for others.
     */
    private static WorkModel model(double alone, double millis) {
        WorkModel model = new WorkModel();
        for (int concurrency : new int[] {1, 4, 16, 64, 1, 4, 16, 64}) {
            double joules = TOKENS * alone * (1.0 / concurrency + .1);
            double seconds = TOKENS * millis / 1e3 * (1 + .015 * concurrency);
            model.observe(
                    PROMPT,
                    new MeasuredEnergy(
                            joules,
                            0,
                            Double.NaN,
                            false,
                            new CallWork(
                                    TOKENS,
                                    seconds,
                                    concurrency,
                                    false,
                                    CachedPrompt.NONE,
                                    false)));
        }
        return model;
    }

    /**
     * The large model has the traffic, so that a request adds 32 J there; alone, the small one
     * would take 70 J. With all requests it takes 6 J.
     */
    @Test
    void aModelIsPricedAtTheLoadThatItWouldHave() {
        large.load.observe(24, 0);
        plan(fleet(large, small), .5, .9, .85);
        assertThat(small.price(100, 0, 0)).isLessThan(10);
        assertThat(large.price(100, 0, 0)).isGreaterThan(300);
    }

    /** The order of the zoo means nothing. */
    @Test
    void whateverTheOrderOfTheZoo() {
        large.load.observe(24, 0);
        plan(fleet(small, large), .5, .85, .9);
        assertThat(small.price(100, 0, 0)).isLessThan(10);
        assertThat(large.price(100, 0, 0)).isGreaterThan(300);
    }

    @Test
    void scoreThatIsWorthMoreThanItsJoulesKeepsAModelBusy() {
        small.load.observe(10, 0);
        plan(fleet(large, small), 1_000, .9, .3);
        assertThat(large.price(100, 0, 0)).isLessThan(40);
        assertThat(small.price(100, 0, 0)).isGreaterThan(60);
    }

    /** One server has not the capacity; with two, both are priced as busy ones. */
    @Test
    void planKeepsAsManyModelsBusyAsTheRateNeeds() {
        WorkModel other = model(1.6, 7);
        large.load.observe(60, 64);
        other.load.observe(60, 64);
        plan(fleet(large, other), 1, .9, .9);
        assertThat(large.price(100, 0, 0)).isLessThan(40);
        assertThat(other.price(100, 0, 0)).isLessThan(40);

        // One is enough: the other would be alone.
        large.load.observe(5, 64);
        other.load.observe(0, 64);
        plan(fleet(large, other), 1, .9, .9);
        assertThat(Math.min(large.price(100, 0, 0), other.price(100, 0, 0))).isLessThan(40);
        assertThat(Math.max(large.price(100, 0, 0), other.price(100, 0, 0))).isGreaterThan(300);
    }

    @Test
    void aModelThatMustNotBeCalledIsNotPlannedFor() {
        Fleet fleet = fleet(large, small);
        large.load.observe(24, 0);
        Decision decision = decision(.9, .85);
        decision.unavailable[1] = true;
        fleet.pass(1_000);
        for (int i = 0; i < Priors.PLAN_DECISIONS; i++) {
            fleet.decided(decision, .5);
        }
        assertThat(large.price(100, 0, 0)).isLessThan(40);
        assertThat(small.price(100, 0, 0)).isGreaterThan(60);
    }

    @Test
    void withoutALoadThereIsNoPlanAndTheLoadOfNowCounts() {
        WorkModel constant = new WorkModel();
        constant.observe(PROMPT, MeasuredEnergy.of(12));
        large.load.observe(0, 0);
        plan(fleet(large, constant), 1, .9, .9);
        assertThat(constant.price(100, 0, 0)).isEqualTo(12);
        assertThat(large.price(100, 0, 0)).isGreaterThan(300);
    }

    /** Otherwise the price of a rush hour would hold for ever. */
    @Test
    void aPlanEndsWithTheLoadThatItWasMadeFor() {
        Fleet fleet = fleet(large, small);
        large.load.observe(24, 0);
        decide(fleet, 1_000, .5, decision(.9, .85));
        assertThat(small.price(100, 0, 0)).isLessThan(10);
        large.load.observe(0, 0);
        decide(fleet, 20_000, .5, decision(.9, .85));
        assertThat(small.price(100, 0, 0)).isGreaterThan(60);
    }

    @Test
    void withoutAnyModelThatMayBeCalledThereIsNoPlan() {
        WorkModel unknown = new WorkModel();
        Fleet fleet = fleet(large, unknown);
        large.load.observe(24, 0);
        Decision decision = decision(.9, .85);
        decision.unavailable[0] = true;
        decide(fleet, 1_000, .5, decision);
        assertThat(large.price(100, 0, 0)).isLessThan(40);
        assertThat(unknown.price(100, 0, 0)).isNaN();
    }

    /** A model that all requests go to, at any price: the plan has no infinite load. */
    @Test
    void aModelThatHasNoCapacityForAllIsPlannedForWhatItCanDo() {
        large.load.observe(200, 0);
        plan(fleet(large, small), 1e6, .9, .1);
        assertThat(large.priceParts(100, 0, 0, 0).load()).isLessThan(1_000);
    }

    /** Joules that are all idle power: neither a nor b is known to be anything. */
    @Test
    void aModelThatTakesNothingSaysNothingOfOthers() {
        WorkModel free = new WorkModel();
        free.observe(
                PROMPT,
                new MeasuredEnergy(
                        50,
                        50,
                        Double.NaN,
                        false,
                        new CallWork(TOKENS, 1, 2, false, CachedPrompt.NONE, false)));
        large.load.observe(24, 0);
        double before = small.price(100, 0, 0);
        plan(fleet(large, small, free), .5, .9, .1, .1);
        assertThat(small.price(100, 0, 0)).isCloseTo(before, within(1.0));
        assertThat(free.price(100, 0, 0)).isZero();
    }

    /** A hosted model of constant joules has the traffic, which the others would have. */
    @Test
    void trafficOfModelsWhoseJoulesDoNotFollowTheLoadCounts() {
        WorkModel hosted = new WorkModel();
        for (int call = 0; call < 5; call++) {
            hosted.observe(
                    PROMPT,
                    new MeasuredEnergy(
                            60,
                            0,
                            Double.NaN,
                            false,
                            new CallWork(TOKENS, 2, 24, true, CachedPrompt.NONE, false)));
        }
        hosted.load.observe(24, 0);
        plan(fleet(large, hosted), .5, .9, .9);
        assertThat(hosted.price(100, 0, 0)).isCloseTo(60, within(1.0));
        assertThat(large.price(100, 0, 0)).isLessThan(40);
    }

    @Test
    void ofEqualModelsTheOneThatHasTheRequestsKeepsThem() {
        for (boolean first : new boolean[] {true, false}) {
            WorkModel busy = model(1.6, 7);
            WorkModel idle = model(1.6, 7);
            busy.load.observe(10, 64);
            WorkModel[] zoo = first ? new WorkModel[] {busy, idle} : new WorkModel[] {idle, busy};
            Fleet fleet = fleet(zoo);
            plan(fleet, .5, .9, .9);
            double before = busy.price(100, 0, 0) - idle.price(100, 0, 0);
            decide(fleet, 20_000, .5, decision(.9, .9));
            assertThat(busy.price(100, 0, 0) - idle.price(100, 0, 0)).isEqualTo(before);
        }
    }

    /** The CPU-bound model's b is as large as its a; the other one was called alone only. */
    @Test
    void modelsShareWhatBatchingSaves() {
        WorkModel batches = new WorkModel();
        for (int concurrency : new int[] {1, 8, 1, 8, 1, 8, 1, 8}) {
            observe(batches, TOKENS * (.01 / concurrency + .01), concurrency);
        }
        WorkModel alone = new WorkModel();
        observe(alone, TOKENS * .05, 1);
        batches.load.observe(8, 0);
        double before = atLoad(alone);
        plan(fleet(batches, alone), 1, .9, .1);
        assertThat(atLoad(alone)).isGreaterThan(1.5 * before);
    }

    /** What is known of the zoo outweighs what is assumed of any: a full batch takes half. */
    @Test
    void aLoneProbeIsCarriedOverByWhatAnotherModelSaves() {
        WorkModel batches = new WorkModel();
        for (int i = 0; i < 100; i++) {
            int concurrency = i % 2 == 0 ? 1 : 4;
            double joules = TOKENS * (.01 / concurrency + .01);
            // Prompts differ, or what a token of an answer takes might be one of a prompt's.
            observe(batches, new Prompt(null, i % 3 * 100, 0), joules, concurrency);
        }
        WorkModel alone = new WorkModel();
        for (int i = 0; i < 10; i++) {
            observe(alone, TOKENS * .05, 1);
        }
        batches.load.observe(4, 0);
        plan(fleet(batches, alone), 1, .9, .1);
        double truth = TOKENS * (.025 * new ServerLoad().part(3) + .025);
        assertThat(alone.charge(PROMPT.promptTokens(), 0, 0, 3))
                .isCloseTo(truth, withinPercentage(20));
    }

    private static double atLoad(WorkModel model) {
        model.load.plan(100);
        return model.price(100, 0, 0);
    }

    private static void observe(WorkModel model, double joules, double concurrency) {
        observe(model, PROMPT, joules, concurrency);
    }

    private static void observe(WorkModel model, Prompt prompt, double joules, double concurrency) {
        model.observe(
                prompt,
                new MeasuredEnergy(
                        joules,
                        0,
                        Double.NaN,
                        false,
                        new CallWork(
                                TOKENS,
                                TOKENS * .01,
                                concurrency,
                                false,
                                CachedPrompt.NONE,
                                false)));
    }

    /**
     * Work comes at twice what a model can do: waiting for it costs an answer more, for some time.
     */
    @Test
    void aModelThatIsBehindCostsMore() {
        Fleet fleet = fleet(large, small);
        large.load.observe(40, 64);
        Decision decision = decision(.9, .85);
        long millis = 1_000;
        for (int i = 0; i < 300; i++) {
            fleet.pass(millis += 25);
            fleet.decided(decision, .5);
        }
        assertThat(fleet.waiting(0)).isGreaterThan(.9);
        assertThat(fleet.waiting(1)).isZero();
        fleet.pass(millis + 10_000);
        assertThat(fleet.waiting(0)).isZero();
    }

    /** An SLA that knows nothing of its models yet does not undo what the others know. */
    @Test
    void anSlaThatBeginsChangesNoPlan() {
        FleetPlan plan = new FleetPlan(2);
        Fleet old = new Fleet(new WorkModel[] {large, small}, plan);
        Fleet begins = new Fleet(new WorkModel[] {new WorkModel(), new WorkModel()}, plan);
        large.load.observe(40, 64);
        long millis = 1_000;
        for (int i = 0; i < 300; i++) {
            old.pass(millis += 25);
            old.decided(decision(.9, .85), .5);
            if (i % 20 == 0) {
                begins.pass(millis);
                begins.decided(decision(.5, .5), .5);
            }
        }
        assertThat(old.waiting(0)).isGreaterThan(.9);
        assertThat(old.load(0)).isGreaterThan(40);
        assertThat(small.price(100, 0, 0)).isLessThan(10);
    }

    /** What failed was stored before a restart, however long that took. */
    @Test
    void whatFailedIsKnownAfterARestart() {
        large.failures.add(300);
        double before = large.failures.perAnswer();
        Fleet fleet = fleet(large, small);
        fleet.pass(1_700_000_000_000L);
        assertThat(large.failures.perAnswer()).isEqualTo(before);
        fleet.pass(1_700_003_600_000L);
        assertThat(large.failures.perAnswer()).isLessThan(before / 2);
    }

    /** Its request failed; the others do not know. */
    @Test
    void aModelThatOneSlaFindsUnavailableIsNotPlannedFor() {
        FleetPlan plan = new FleetPlan(2);
        Fleet knows = new Fleet(new WorkModel[] {large, small}, plan);
        Fleet other = new Fleet(new WorkModel[] {large, small}, plan);
        large.load.observe(24, 0);
        Decision down = decision(.9, .85);
        down.unavailable[0] = true;
        knows.pass(1_000);
        knows.decided(down, 1_000);
        decide(other, 1_000, 1_000, decision(.9, .3));
        assertThat(small.price(100, 0, 0)).isLessThan(10);
        // It is available again for all that is known.
        decide(other, 1_000 + Priors.MAX_PLAN_MILLIS, 1_000, decision(.9, .3));
        assertThat(large.price(100, 0, 0)).isLessThan(40);
    }

    /** What one SLA keeps busy is cheap for another, which would not keep it busy by itself. */
    @Test
    void slasArePlannedTogether() {
        FleetPlan plan = new FleetPlan(2);
        WorkModel[] ofOther = {model(1.6, 7), model(.32, 2.5)};
        Fleet strict = new Fleet(new WorkModel[] {large, small}, plan);
        Fleet other = new Fleet(ofOther, plan);
        for (WorkModel model : new WorkModel[] {large, small, ofOther[0], ofOther[1]}) {
            model.load.observe(16, 0);
        }
        for (int i = 0; i < Priors.PLAN_DECISIONS; i++) {
            strict.pass(1_000);
            strict.decided(decision(.9, .3), 1_000);
            other.pass(1_000);
            other.decided(decision(.9, .85), .5);
        }
        other.pass(1_001);
        assertThat(ofOther[0].price(100, 0, 0)).isEqualTo(large.price(100, 0, 0)).isLessThan(40);
        assertThat(ofOther[1].price(100, 0, 0)).isEqualTo(small.price(100, 0, 0)).isLessThan(10);
    }

    private static Fleet fleet(WorkModel... models) {
        return new Fleet(models, new FleetPlan(models.length));
    }

    private static void plan(Fleet fleet, double joulesPerScore, double... accuracy) {
        decide(fleet, 1_000, joulesPerScore, decision(accuracy));
    }

    private static void decide(Fleet fleet, long millis, double joulesPerScore, Decision decision) {
        fleet.pass(millis);
        for (int i = 0; i < Priors.PLAN_DECISIONS; i++) {
            fleet.decided(decision, joulesPerScore);
        }
    }

    private static Decision decision(double... accuracy) {
        Decision decision = new Decision(accuracy.length);
        System.arraycopy(accuracy, 0, decision.accuracy, 0, accuracy.length);
        decision.prompt = PROMPT;
        for (int m = 0; m < accuracy.length; m++) {
            decision.ranking[m] = m;
        }
        return decision;
    }
}
