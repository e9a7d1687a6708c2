package dev.messplus.core.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.AnswerPlan;
import dev.messplus.core.Decision;
import dev.messplus.core.LabelSource;
import dev.messplus.core.Mode;
import dev.messplus.core.Observation;
import dev.messplus.core.account.JoinResult;
import dev.messplus.core.account.PendingRequest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Cheap, good and dear are expected to score .6, .6 and .7, at 10, 20 and 400 J; a unit of score is
 * worth 100 J, scores have a spread of .8, and errors a correlation of .4.
 *
 * <p>So cheap costs .1, of which z is 1 - .1 / (.8 .6) = .792. Good costs .2, of which z is .4 / (1
 * - .8 .4) = .588; after a first answer of 0 it is expected to score .6 - .4 .6 = .36, of which z
 * is .16 / (1 - .8 .64) = .328. Dear is never worth its 400 J.
 *
 * <p>The served answer is expected to score .8 .6 + .8 .4 .36 + .2 .6 = .7152: cheap is right, or
 * it is wrong and good is asked, or it is as forecast and good is not asked.
 */
class AnswerSearchTest {

    private static final Settings PLAIN =
            Settings.stream(.6).marginSigmas(0).credit(0).explorationBudget(0);
    private static final double EXPECTED = .7152;
    private static final double UNASKED = Double.NaN;

    private final TestSla sla = expecting(PLAIN.sequential(), 100);

    @Test
    void comparesModelsByTheirReservationScores() {
        Decision d = sla.decide("r");
        assertThat(d.objective[0]).isCloseTo(-100 * (1 - .1 / .48), within(1e-9));
        assertThat(d.objective[1]).isCloseTo(-100 * .4 / .68, within(1e-9));
        assertThat(d.objective[2]).isCloseTo(400 - 70, within(1e-9));
        assertThat(d.ranking).containsExactly(0, 1, 2);
    }

    @Test
    void asksTheNextModelOnlyAfterABadAnswer() {
        Decision d = sla.decide("r");
        assertThat(d.asked).isEqualTo(1);
        assertThat(d.mode).isEqualTo(Mode.EXPLOIT);
        assertThat(d.plan.next(new double[] {0, UNASKED, UNASKED})).isEqualTo(1);
        assertThat(d.plan.next(new double[] {1, UNASKED, UNASKED})).isEqualTo(-1);
        assertThat(d.plan.next(new double[] {0, 0, UNASKED})).isEqualTo(-1);
    }

    @Test
    void plansOnlyWithModelsThatAreAvailable() {
        sla.algorithm.markUnavailable("good", 1);
        Decision d = sla.decide("r");
        assertThat(d.plan.costs()).hasSize(2);
        assertThat(d.plan.next(new double[] {0, UNASKED})).isEqualTo(-1);
    }

    @Test
    void expectsTheScoreOfThePlanOfARequestInFlight() {
        PendingRequest request = sla.request("r");
        assertThat(request.forecast).isCloseTo(EXPECTED, within(1e-9));
        assertThat(sla.drift()).isCloseTo(.6 - EXPECTED, within(1e-9));
        // The next decision forecasts anew what the models score, and keeps the gain.
        sla.request("s");
        assertThat(sla.drift()).isCloseTo(2 * (.6 - EXPECTED), within(1e-9));
    }

    @Test
    void nothingOfAPlanIsLeftOnceItsRequestIsKnown() {
        PendingRequest request = sla.request("r");
        goodAnswersAfterCheap(request);
        assertThat(request.isComplete()).isTrue();
        assertThat(sla.queue.plannedGain).isZero();
        assertThat(sla.queue.forecast).isZero();
        assertThat(sla.queue.scoreSum).isEqualTo(1);
    }

    @Test
    void learnsFromEveryAnswerOfAPlan() {
        PendingRequest request = sla.request("r");
        goodAnswersAfterCheap(request);
        assertThat(sla.model("cheap").accuracy.labels).isEqualTo(1);
        assertThat(sla.model("good").accuracy.labels).isEqualTo(1);
        assertThat(sla.model("cheap").accuracy.mean).isZero();
        assertThat(sla.model("good").accuracy.mean).isEqualTo(1);
        assertThat(sla.state.asked).containsOnly(entry("cheap", 1L), entry("good", 1L));
        assertThat(sla.algorithm.observe(request, Observation.answered("cheap", 0, 10, false)))
                .isEqualTo(JoinResult.DUPLICATE);
    }

    @Test
    void whatAPlanAsksForIsNoExploration() {
        goodAnswersAfterCheap(sla.request("r"));
        assertThat(sla.state.joules).isEqualTo(30);
        assertThat(sla.state.servedJoules).isEqualTo(20);
        assertThat(sla.state.plannedJoules).isEqualTo(10);
        assertThat(sla.state.explorationJoules()).isZero();
        assertThat(sla.state.explored).isZero();
    }

    /** Good then costs .6 instead of .2, and is expected to score .36 after a bad answer. */
    @Test
    void anAnswerAlsoCostsWhatItTakesToScoreIt() {
        cheapAnswers("r");
        assertThat(sla.decide("s").plan.next(new double[] {0, UNASKED, UNASKED})).isEqualTo(1);
        assertThat(costOfGoodOverCheap()).isCloseTo(20. / 10, within(1e-9));

        sla.algorithm.bookScoring(40, true);
        assertThat(sla.decide("s").plan.next(new double[] {0, UNASKED, UNASKED})).isEqualTo(-1);
        assertThat(costOfGoodOverCheap()).isCloseTo(60. / 50, within(1e-9));

        // What scoring a repeat took is the same again.
        sla.algorithm.bookScoring(1_000, false);
        assertThat(costOfGoodOverCheap()).isCloseTo(60. / 50, within(1e-9));
    }

    /** A judge that is down takes joules as well. Once it is back, it is as cheap as before. */
    @Test
    void whatItTakesToTryToScoreAnAnswerIsAMeanOverAllAnswers() {
        for (int i = 0; i < 300; i++) {
            PendingRequest request = sla.request("r" + i);
            sla.served(request, "cheap");
            sla.algorithm.bookScoring(4, true);
        }
        assertThat(sla.state.scoring.perAnswer()).isCloseTo(4, within(1e-9));
        // Scores that come later are of answers that counted when they were served.
        cheapAnswers("r");
        sla.algorithm.bookScoring(4, true);
        assertThat(sla.state.scoring.perAnswer()).isCloseTo(4, within(1e-9));
    }

    @Test
    void theCostOfAScoreIsTheMeanOfTheLast() {
        for (int i = 0; i < 1_500; i++) {
            cheapAnswers("r" + i);
            sla.algorithm.bookScoring(i < 500 ? 40 : 4, true);
        }
        assertThat(sla.state.scoring.perAnswer()).isCloseTo(4, within(.1));
    }

    private double costOfGoodOverCheap() {
        double[] costs = sla.decide("s").plan.costs();
        return costs[1] / costs[0];
    }

    private void cheapAnswers(String id) {
        sla.algorithm.observe(sla.request(id), Observation.answered("cheap", .6, 10, true));
    }

    /** Nobody could say whether another one was needed. */
    @Test
    void aPlanAddsNothingToAnAnswerWithoutAScore() {
        PendingRequest request = sla.request("r");
        sla.algorithm.observe(request, Observation.answered("cheap", Double.NaN, 10, true));
        assertThat(request.isComplete()).isFalse();
        assertThat(sla.queue.plannedGain).isZero();
        assertThat(sla.drift()).isCloseTo(0, within(1e-9));
        assertThat(request.predicted).isCloseTo(.6, within(1e-9));
    }

    /** The chosen one had no place, so nothing is reported of it. */
    @Test
    void aPlanMayBeginWithAnotherModelThanTheChosenOne() {
        PendingRequest request = sla.request("r");
        sla.algorithm.observe(request, Observation.answered("good", 0, 20, false));
        sla.algorithm.observe(request, Observation.answered("dear", 1, 400, true));
        assertThat(request.isComplete()).isTrue();
        assertThat(sla.state.servedJoules).isEqualTo(400);
        assertThat(sla.state.plannedJoules).isEqualTo(20);
        assertThat(sla.queue.scoreSum).isEqualTo(1);
    }

    @Test
    void anAnswerOfAPlanWithoutAScoreIsNotWaitedFor() {
        PendingRequest request = sla.request("r");
        sla.algorithm.observe(request, Observation.answered("cheap", .5, 10, true));
        assertThat(request.isComplete()).isTrue();
        PendingRequest second = sla.request("s");
        sla.algorithm.observe(second, Observation.answered("good", Double.NaN, 20, false));
        sla.algorithm.observe(second, Observation.answered("cheap", .5, 10, true));
        assertThat(second.isComplete()).isTrue();
        assertThat(sla.state.plannedJoules).isEqualTo(20);
    }

    @Test
    void aRequestThatFellBackIsExpectedToScoreWhatTheOtherModelDoes() {
        PendingRequest request = sla.request("r");
        assertThat(sla.failed(request, "cheap")).isEqualTo(JoinResult.APPLIED);
        assertThat(sla.served(request, "good")).isEqualTo(JoinResult.APPLIED);
        assertThat(sla.drift()).isCloseTo(0, within(1e-9));
        assertThat(sla.queue.plannedGain).isZero();
    }

    @Test
    void anAnswerThatThePlanAsksForIsNotBoughtToLearn() {
        Settings exploring = PLAIN.explorationBudget(.1);
        assertThat(expecting(exploring, 100).probing("good").request("r").models())
                .containsExactly("cheap", "good");
        assertThat(expecting(exploring.sequential(), 100).probing("good").request("r").models())
                .containsExactly("cheap");
    }

    @Test
    void anAnswerThatOnlyTeachesIsBoughtBesideThePlan() {
        TestSla exploring = expecting(PLAIN.explorationBudget(.1).sequential(), 100);
        PendingRequest request = exploring.probing("dear").request("r");
        assertThat(request.models()).containsExactly("cheap", "dear");
        // It also counts in the score to expect.
        assertThat(request.forecast).isGreaterThan(EXPECTED);
        exploring.algorithm.observe(request, Observation.answered("cheap", 0, 10, false));
        exploring.algorithm.observe(request, Observation.answered("dear", 0, 400, false));
        exploring.algorithm.observe(request, Observation.answered("good", 1, 20, true));
        assertThat(exploring.state.plannedJoules).isEqualTo(10);
        assertThat(exploring.state.explorationJoules()).isEqualTo(400);
    }

    @Test
    void whereNoAnswerIsWorthItsJoulesBesideAnotherTheRuleIsTheSame() {
        Decision alone = expecting(PLAIN, 1).decide("r");
        Decision planned = expecting(PLAIN.sequential(), 1).decide("r");
        assertThat(planned.objective).containsExactly(alone.objective);
        assertThat(planned.ranking).containsExactly(alone.ranking);
        assertThat(planned.plan.next(new double[] {0, UNASKED, UNASKED})).isEqualTo(-1);
        assertThat(planned.plan.expectedScore(1)).isCloseTo(.6, within(1e-12));
    }

    @Test
    void whereScoresComeAfterServingTheRuleIsTheSame() {
        Settings later = PLAIN.labels(LabelSource.audit(1)).explorationBudget(.1);
        TestSla atOnce = expecting(later, 100);
        TestSla sequential = expecting(later.sequential(), 100);
        var random = new Random(1);
        for (int i = 0; i < 300; i++) {
            float[] features = {random.nextFloat(), random.nextFloat()};
            double[] scores = {random.nextInt(2), random.nextInt(2), random.nextInt(2)};
            Decision d = sequential.decide("r" + i, features);
            assertThat(d.plan).isNull();
            assertThat(d.objective).containsExactly(atOnce.decide("r" + i, features).objective);
            for (TestSla each : new TestSla[] {atOnce, sequential}) {
                each.play("r" + i, scores, new double[] {10, 20, 400}, features);
            }
        }
        assertThat(sequential.state.explored).isPositive().isEqualTo(atOnce.state.explored);
    }

    /** Each model is right with .6, at 10, 20 and 40 J; together they are with .936. */
    @Test
    void keepsAPromiseThatNoModelCanKeepAlone() {
        double[] joules = {10, 20, 40};
        for (double alpha : new double[] {.7, .8, .9}) {
            var run = new TestSla(Settings.stream(alpha).sequential(), "a", "b", "c");
            var random = new Random(1);
            int requests = 3_000;
            for (int i = 0; i < requests; i++) {
                double[] scores = random.doubles(3).map(draw -> draw < .6 ? 1 : 0).toArray();
                follow(run, "r" + i, scores, joules);
            }
            assertThat(run.queue.averageScore()).isBetween(alpha - .005, alpha + .04);
            // With a, then b, then c: 10 + .4 20 + .16 40 = 24.4 J score .936.
            assertThat(run.state.joules / requests).isLessThan(10 + (alpha - .6) * 50);
        }
    }

    private static void follow(TestSla sla, String id, double[] scores, double[] joules) {
        Decision d = sla.decide(id);
        int[] ranking = d.ranking.clone();
        AnswerPlan plan = d.plan;
        int atOnce = d.asked;
        PendingRequest request = sla.algorithm.admit(d, TestSla.prompt(), 0);
        double[] known = new double[scores.length];
        Arrays.fill(known, UNASKED);
        int served = 0;
        int answers = 0;
        for (int rank = 0; rank >= 0; ) {
            known[rank] = scores[ranking[rank]];
            served = known[rank] > known[served] ? rank : served;
            answers++;
            int next = plan == null ? -1 : plan.next(known);
            rank = answers < atOnce ? answers : next;
        }
        for (int rank = 0; rank < known.length; rank++) {
            if (!Double.isNaN(known[rank]) && rank != served) {
                observe(sla, request, ranking[rank], scores, joules, false);
            }
        }
        observe(sla, request, ranking[served], scores, joules, true);
    }

    private static void observe(
            TestSla sla,
            PendingRequest request,
            int model,
            double[] scores,
            double[] joules,
            boolean served) {
        JoinResult result =
                sla.algorithm.observe(
                        request,
                        Observation.answered(
                                sla.zoo.get(model), scores[model], joules[model], served));
        assertThat(result).isEqualTo(JoinResult.APPLIED);
    }

    private void goodAnswersAfterCheap(PendingRequest request) {
        assertThat(sla.algorithm.observe(request, Observation.answered("cheap", 0, 10, false)))
                .isEqualTo(JoinResult.APPLIED);
        assertThat(sla.algorithm.observe(request, Observation.answered("good", 1, 20, true)))
                .isEqualTo(JoinResult.APPLIED);
    }

    private static TestSla expecting(Settings settings, double joulesPerScore) {
        var sla = new TestSla(settings, "cheap", "good", "dear").priced(joulesPerScore);
        double[] joules = {10, 20, 400};
        double[] scores = {.6, .6, .7};
        for (int m = 0; m < joules.length; m++) {
            sla.model(sla.zoo.get(m)).energy.prior.perAnswer = joules[m];
            sla.model(sla.zoo.get(m)).expectedScore = scores[m];
        }
        // Predictors are made with what is expected.
        return sla.withZoo("cheap", "good", "dear");
    }
}
