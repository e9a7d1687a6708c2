package dev.messplus.core;

import static dev.messplus.core.TestSla.EXPLOITED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models asked beside the one chosen, within a share of all other energy.
 *
 * <p>Let P be the joules of answers that were probed for, as told, or as estimated where nothing
 * was told yet, U the part that is not told, J the joules told of all answers, and so O = J - (P -
 * U) those of all others. A probe is asked if P with its estimate is at most budget x (J - P), and
 * J - P = O - U. So after each probe P is within budget x O. From one probe to the next O never
 * shrinks, and P grows by no more than what probes that were told of cost above their estimate:
 * {@link Run#surprise}.
 */
class ExplorationBudgetTest {

    private static final double ROUNDING = 1e-6;
    private static final String[] IDS = {"a", "b", "c", "d", "e"};

    /** The budget is 5% of all other energy. */
    private static final Settings STREAM = Settings.stream(0.7);

    @Property(tries = 200)
    void keepsWithinItsBudgetWhateverComesOfRequests(
            @ForAll @IntRange(min = 2, max = 5) int models,
            @ForAll @DoubleRange(min = 1, max = 500) double ratio,
            @ForAll @DoubleRange(max = 0.5) double noise,
            @ForAll @IntRange(max = 100) int delay,
            @ForAll @DoubleRange(max = 0.5) double mishaps,
            @ForAll boolean bestIsServed,
            @ForAll Random random) {
        var run = new Run(STREAM, models, ratio, random);
        run.noise = noise;
        run.mishaps = mishaps;
        run.bestIsServed = bestIsServed;

        run.play(500, delay);

        TestSla sla = run.sla;
        assertThat(sla.queue.inFlight).isZero();
    }

    @Property(tries = 50)
    void neverGoesBeyondItsBudgetWherePricesAreKnown(
            @ForAll @IntRange(min = 2, max = 5) int models,
            @ForAll @DoubleRange(min = 1, max = 500) double ratio,
            @ForAll @IntRange(max = 100) int delay,
            @ForAll Random random) {
        var run = new Run(STREAM, models, ratio, random);
        run.play(1_000, delay);
        assertThat(run.surprise).isLessThan(ROUNDING);
    }

    @Property(tries = 50)
    void asksNoSecondModelWithoutABudget(
            @ForAll @IntRange(min = 2, max = 5) int models, @ForAll Random random) {
        var run = new Run(STREAM.explorationBudget(0), models, 10, random);
        run.play(300, 10);
        assertThat(run.sla.state.explored).isZero();
        assertThat(run.sla.state.explorationJoules()).isZero();
    }

    @Test
    void usesItsBudgetWhileItKnowsLittleAndSavesItLater() {
        var run = new Run(STREAM, 3, 10, new Random(1));
        SlaState state = run.sla.state;
        run.play(100, 0);
        assertThat(state.probeJoules / (state.joules - state.probeJoules)).isBetween(0.03, 0.05);
        run.play(5_000, 0);
        // By then there is little left to find out.
        assertThat(state.probeJoules / (state.joules - state.probeJoules)).isBetween(0.001, 0.03);
    }

    /**
     * Nothing in flight, V = 0: the most accurate, small, is chosen. The logistic distribution's
     * scale s is sqrt(3) / pi = .5513 of the deviation. Middle is .1 behind, s = .05513: s ln(1 +
     * e^(-.1 / s)) = .00833 for 20 J, .000416 per joule. Big is .05 behind, s = .1103: .0542, as
     * much per joule at 130.3 J.
     */
    @ParameterizedTest
    @CsvSource({"130, big", "131, middle"})
    void asksWhatIsExpectedToPayMostPerJoule(double joulesOfBig, String probed) {
        TestSla sla = believing(STREAM.v(0), joulesOfBig);
        probes(sla, probed);
    }

    /**
     * V = .2 and small's 10 J are 1, so middle costs .2 more and big, at 80 J, 1.4 more, which the
     * pressure divides. P = 10: middle is .12 behind, .00592 / 20 = .000296, big .19, .0181 / 80 =
     * .000226. P = 20: .11, .00703 / 20 = .000351 and .12, .0320 / 80 = .000400.
     */
    @ParameterizedTest
    @CsvSource({"10, middle", "20, big"})
    void countsWhatAnswersWouldCostMoreByTheWeightOfEnergy(double pressure, String probed) {
        TestSla sla = believing(STREAM.v(0.2), 80);
        sla.queue.q = pressure;
        probes(sla, probed);
    }

    @Test
    void asksNoModelThatIsLeftAlone() {
        TestSla sla = believing(STREAM.v(0), 80);
        sla.algorithm.markUnavailable("big", 1);
        probes(sla, "middle");
        sla.algorithm.markUnavailable("middle", 1);
        probesNothing(sla);
        sla.nowMillis = 1;
        probes(sla, "big");
    }

    @Test
    void asksNoModelOfUnknownPrice() {
        TestSla sla = believing(STREAM.v(0), Double.NaN);
        probes(sla, "middle");
        sla.model("middle").energy.priorJoules = Double.NaN;
        probesNothing(sla);
    }

    @Test
    void asksNoModelThatItKnowsAllOf() {
        TestSla sla = believing(STREAM.v(0), 80);
        believe(sla, "big", 0.65, 0);
        probes(sla, "middle");
        believe(sla, "middle", 0.6, 0);
        probesNothing(sla);
    }

    /**
     * Big costs next to nothing, but is .4 behind. With a deviation of .2 it is expected to be
     * better by s ln(1 + e^(-.4 / s)) = .1103 x .0262 = .0029, with one of .15 by .0827 x .0079 =
     * .0007, and .002 is the least that counts.
     */
    @ParameterizedTest
    @CsvSource({"0.2, big", "0.12, middle"})
    void asksNoModelThatHardlyEverPays(double deviation, String probed) {
        TestSla sla = believing(STREAM.v(0), 0.001);
        believe(sla, "big", 0.3, deviation);
        probes(sla, probed);
    }

    @Test
    void savesUpForWhatPaysMost() {
        TestSla sla = believing(STREAM.v(0), 80);
        // P = 140: .05 (J - P) - P is 79.95, then 80
        sla.state.probeJoules = 140;
        sla.state.joules = 140 + 4_399;
        probesNothing(sla); // though middle's 20 J would fit
        sla.state.joules = 140 + 4_400;
        probes(sla, "big");
    }

    @Test
    void expectsToServeWhatItChose() {
        TestSla sla = believing(STREAM.v(0), 80);
        PendingRequest request = sla.request(EXPLOITED);
        assertThat(request.models()).containsExactly("small", "big");
        assertThat(request.mode).isEqualTo(Mode.EXPLORE);
        assertThat(request.predicted).isCloseTo(0.7, within(ROUNDING));
        assertThat(sla.state.probeJoules).isEqualTo(80);
        assertThat(sla.state.explored).isEqualTo(1);

        sla.algorithm.observe(request, Observation.answered("small", 1, 10, true));
        assertThat(request.isComplete()).isFalse(); // big is still to be labelled
        sla.algorithm.observe(request, Observation.answered("big", 0, 90, false));
        assertThat(request.isComplete()).isTrue();
        assertThat(sla.state.probeJoules).isCloseTo(90, within(ROUNDING));
        assertThat(sla.state.explorationJoules()).isCloseTo(90, within(ROUNDING));
        assertThat(sla.model("big").accuracy.labels).isEqualTo(1);
    }

    @Test
    void countsWhatIsNeverToldOfAsItWasEstimated() {
        TestSla sla = believing(STREAM.v(0), 80);
        PendingRequest request = sla.request(EXPLOITED);
        sla.algorithm.expire(request);
        sla.algorithm.expire(request);
        assertThat(sla.state.probeJoules).isEqualTo(80);
    }

    @Test
    void givesBackWhatAFailedProbeWouldHaveTaken() {
        TestSla sla = believing(STREAM.v(0), 80);
        PendingRequest request = sla.request(EXPLOITED);
        sla.failed(request, "big");
        sla.failed(request, "big");
        assertThat(sla.state.probeJoules).isZero();
        sla.unanswered(request, "small");
        assertThat(request.isComplete()).isTrue();
        assertThat(sla.state.probeJoules).isZero();
    }

    @Test
    void keepsWhatAProbeMayTakeUntilItIsToldOf() {
        TestSla sla = believing(STREAM.v(0), 80);
        PendingRequest request = sla.request(EXPLOITED);
        sla.algorithm.observe(request, Observation.answered("small", 1, 10, true));
        assertThat(sla.state.probeJoules).isEqualTo(80);
        sla.measured(request, "big", 90);
        sla.measured(request, "big", 95);
        assertThat(sla.state.probeJoules).isCloseTo(90, within(ROUNDING));
    }

    @Test
    void chargesAProbeThoughItIsServed() {
        TestSla sla = believing(STREAM.v(0), 80);
        PendingRequest request = sla.request(EXPLOITED);
        sla.algorithm.observe(request, Observation.answered("small", 0, 10, false));
        sla.algorithm.observe(request, Observation.answered("big", 1, 90, true));
        assertThat(sla.state.probeJoules).isCloseTo(90, within(ROUNDING));
    }

    /** Small, middle and big by .7, .6 and .65, give or take .1, .1 and .2, at 10, 20 and ? J. */
    private static TestSla believing(Settings policy, double joulesOfBig) {
        Settings plain = policy.warmUpRequests(0).withoutOffsetAndMargin();
        var sla = new TestSla(plain, "small", "middle", "big");
        sla.model("small").energy.priorJoules = 10;
        sla.model("middle").energy.priorJoules = 20;
        sla.model("big").energy.priorJoules = joulesOfBig;
        sla.shared().accuracy.begin(0, 0.5, 0.05, 0);
        believe(sla, "small", 0.7, 0.1);
        believe(sla, "middle", 0.6, 0.1);
        believe(sla, "big", 0.65, 0.2);
        sla.state.joules = 10_000; // more than enough
        sla.state.servedJoules = 10_000;
        return sla;
    }

    private static void believe(TestSla sla, String model, double accuracy, double deviation) {
        sla.model(model).accuracy.own.begin(0, accuracy - 0.5, deviation * deviation, 0);
    }

    private static void probes(TestSla sla, String model) {
        Decision decision = sla.decide(EXPLOITED);
        assertThat(decision.mode).isEqualTo(Mode.EXPLORE);
        assertThat(decision.asked).isEqualTo(2);
        assertThat(sla.zoo.get(decision.ranking[0])).isEqualTo("small");
        assertThat(sla.zoo.get(decision.ranking[1])).isEqualTo(model);
    }

    private static void probesNothing(TestSla sla) {
        Decision decision = sla.decide(EXPLOITED);
        assertThat(decision.mode).isEqualTo(Mode.EXPLOIT);
        assertThat(decision.asked).isEqualTo(1);
        assertThat(sla.zoo.get(decision.chosen())).isEqualTo("small");
    }

    private static final class Run {

        private record InFlight(
                PendingRequest request, double[] scores, double[] joules, int toldAt) {}

        private final TestSla sla;
        private final Settings policy;
        private final Random random;
        private final double[] rates;
        private final double[] means;
        private final List<InFlight> flying = new ArrayList<>();

        /** Joules differ from their mean by this share at most. */
        private double noise;

        /** Share of requests that a model fails on, or no label comes of. */
        private double mishaps;

        private boolean bestIsServed;

        /** What probes told of since the last one cost above what was estimated. */
        private double surprise;

        /** P - U. */
        private double toldOfProbes;

        Run(Settings policy, int models, double ratio, Random random) {
            this.policy = policy;
            this.random = random;
            String[] ids = Arrays.copyOf(IDS, models);
            sla = new TestSla(policy, ids);
            rates = random.doubles(models).toArray();
            means = random.doubles(models).map(share -> Math.pow(ratio, share)).toArray();
            means[0] = 1;
            means[models - 1] = ratio;
        }

        /** Plays requests, each told of after up to {@code delay} others, in any order. */
        void play(int requests, int delay) {
            for (int t = 0; t < requests + delay + 1; t++) {
                if (t < requests) {
                    decide(t + (delay == 0 ? 0 : random.nextInt(delay + 1)));
                }
                Collections.shuffle(flying, random);
                for (InFlight one : List.copyOf(flying)) {
                    if (one.toldAt <= t) {
                        flying.remove(one);
                        tell(one);
                        check();
                    }
                }
            }
        }

        private void decide(int toldAt) {
            float[] features = {random.nextFloat() - 0.5f, random.nextFloat() - 0.5f};
            Decision decision = sla.decide(EXPLOITED, features);
            PendingRequest request =
                    sla.algorithm.admit(decision, TestSla.prompt(features), sla.nowMillis);
            assertThat(request.models()).hasSizeBetween(1, 2);
            assertThat(request.mode == Mode.EXPLORE).isEqualTo(request.models().size() == 2);
            if (request.mode == Mode.EXPLORE) {
                assertThat(reserved(request)).isEqualTo(decision.joules[decision.ranking[1]]);
                surprise = 0;
            }
            double[] scores = new double[rates.length];
            double[] joules = new double[rates.length];
            for (int m = 0; m < rates.length; m++) {
                scores[m] = random.nextDouble() < rates[m] ? 1 : 0;
                joules[m] = means[m] * (1 + noise * (2 * random.nextDouble() - 1));
            }
            flying.add(new InFlight(request, scores, joules, toldAt));
            check();
        }

        private void tell(InFlight one) {
            boolean mishap = random.nextDouble() < mishaps;
            boolean alone = one.request.models().size() == 1;
            if (!mishap) {
                answer(one, best(one), true);
            } else if (random.nextBoolean()) {
                answer(one, 0, false);
                sla.algorithm.expire(one.request);
            } else if (alone) {
                fallBack(one);
            } else {
                int failing = random.nextInt(2);
                String failed = one.request.models().get(failing);
                double joules = random.nextDouble();
                sla.algorithm.observe(
                        one.request, Observation.failed(failed).withFailedJoules(joules));
                observe(one, one.request.models().get(1 - failing), true, true);
            }
            assertThat(reserved(one.request)).isZero();
        }

        private int best(InFlight one) {
            List<String> asked = one.request.models();
            boolean second =
                    bestIsServed
                            && asked.size() == 2
                            && one.scores[index(asked.get(1))] > one.scores[index(asked.get(0))];
            return second ? 1 : 0;
        }

        private void answer(InFlight one, int served, boolean labelled) {
            List<String> asked = one.request.models();
            int first = random.nextInt(asked.size());
            for (int i = 0; i < asked.size(); i++) {
                int a = (first + i) % asked.size();
                observe(one, asked.get(a), a == served, labelled);
            }
        }

        private void fallBack(InFlight one) {
            int failing = index(one.request.models().get(0));
            sla.failed(one.request, IDS[failing]);
            String other = IDS[(failing + 1) % rates.length];
            observe(one, other, true, true);
        }

        private void observe(InFlight one, String model, boolean served, boolean labelled) {
            int m = index(model);
            double score = labelled ? one.scores[m] : Double.NaN;
            if (reserved(one.request) > 0 && model.equals(one.request.models().get(1))) {
                surprise += Math.max(0, one.joules[m] - reserved(one.request));
                toldOfProbes += one.joules[m];
            }
            sla.algorithm.observe(
                    one.request, Observation.answered(model, score, one.joules[m], served));
        }

        private void check() {
            SlaState state = sla.state;
            double others = state.joules - toldOfProbes;
            double most = policy.streamRule().exploration().budget() * others + surprise;
            assertThat(state.probeJoules).isBetween(-ROUNDING, most + ROUNDING);
        }

        private static double reserved(PendingRequest request) {
            return request.answers.stream().mapToDouble(answer -> answer.reservedJoules).sum();
        }

        private static int index(String model) {
            return Arrays.asList(IDS).indexOf(model);
        }
    }
}
