package dev.messplus.core.algorithm;

import static dev.messplus.core.algorithm.Settings.bare;
import static dev.messplus.core.algorithm.TestSla.EXPLOITED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Decision;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Observation;
import dev.messplus.core.Observation.Outcome;
import dev.messplus.core.Observations;
import dev.messplus.core.Prompt;
import dev.messplus.core.account.PendingRequest;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One shard of an SLA: what it owes, and what it learns from the others. */
class ShardTest {

    private static final double ALPHA = 0.6;
    private static final Settings FOUR = bare(ALPHA).shards(4);
    private static final Offset<Double> ROUNDING = within(1e-12);

    private static final Prompt PROMPT = new Prompt(new float[] {1}, 10, 0);

    @ParameterizedTest
    @CsvSource({
        // q + (q + elsewhere) + shards x D; D is .6 - .5
        "1, 0,    0,  0.1",
        "1, 3,    5,  3.1", // of no shard but this one
        "4, 0,    0,  0.4",
        "4, 3,    5,  11.4", // 3 + 8 + .4
        "4, 3,    -5, 1.4", // 3 - 2 + .4: others make good for it, but its own promise stays
        "4, -0.1, 0,  0.2", // ahead in both
        "4, 0,    -9, -8.6",
        "2, 3,    5,  11.2",
    })
    void owesItsOwnAverageAndThatOfTheWhole(
            int shards, double q, double elsewhere, double pressure) {
        var sla = new TestSla(bare(ALPHA).shards(shards), "only");
        sla.queue.q = q;
        sla.queue.qOfOtherShards = elsewhere;
        sla.queue.enter(0.5);
        assertThat(sla.pressure()).isCloseTo(pressure, ROUNDING);
    }

    @ParameterizedTest
    @CsvSource({
        // sqrt(.2) x sqrt(shards x (in flight / 4 + unrated (unrated + rated) / rated) + 100),
        // at most .02 x shards x (rated + unrated + in flight)
        "1, 10000, 0,   100, 5", // sqrt(.2 x 125)
        "4, 10000, 0,   100, 6.324555", // sqrt(.2 x 200)
        "4, 400,   100, 19,  11.126545", // sqrt(.2 x (4 x (19 / 4 + 125) + 100))
        "4, 20,    0,   20,  3.2", // .02 x 160
    })
    void takesWhatItDoesNotKnowOfTheOthersToBeLikeItsOwn(
            int shards, double rated, double unrated, int inFlight, double margin) {
        var sla = new TestSla(bare(ALPHA).shards(shards).marginSigmas(1), "only");
        sla.queue.recentRated = rated;
        sla.queue.recentUnrated = unrated;
        for (int i = 0; i < inFlight; i++) {
            sla.queue.enter(ALPHA);
        }
        sla.queue.qOfOtherShards = 2;
        assertThat(sla.pressure()).isCloseTo(shards == 1 ? margin : 2 + margin, within(1e-5));
    }

    @Test
    void hearsOfTheOthersAsOfItsOwnButCountsNoneOfThem() {
        TestSla sla = new TestSla(FOUR.credit(0.5), "small", "large");
        double[] scores = {0.1, 1, 1, 1, 0.5};
        // + .5, - .4, - .4, max(-.5, -.3 - .4), + .1
        double[] expected = {0.5, 0.1, -0.3, -0.5, -0.4};
        for (int i = 0; i < scores.length; i++) {
            sla.servedElsewhere(scores[i]);
            assertThat(sla.queue.qOfOtherShards)
                    .as("after %s", i + 1)
                    .isCloseTo(expected[i], ROUNDING);
        }
        assertThat(sla.queue.q).isZero();
        assertThat(sla.queue.labelled).isZero();
        assertThat(sla.queue.maxDeficit).isZero();
        assertThat(sla.window().average()).isNaN();
    }

    @Test
    void learnsFromTheOthersAsFromItsOwnEvenBeforeItsFirstRequest() {
        Settings policy = FOUR.learner(Settings.Learner.BAYES);
        TestSla owner = new TestSla(policy, "small", "large");
        TestSla other = new TestSla(policy, "small", "large");
        float[][] prompts = {{1, 0}, {0, 1}, {0.5f, -1}};
        double[] scores = {0.2, 0.9, 0.4};
        for (int i = 0; i < prompts.length; i++) {
            PendingRequest request = owner.request(EXPLOITED, prompts[i]);
            Observation seen =
                    Observation.answered(request.models().get(0), scores[i], 10 + i, true);
            owner.algorithm.observe(request, seen);
            other.elsewhere(TestSla.prompt(prompts[i]), seen);
        }

        float[] next = {0.3f, 0.7f};
        Decision expected = owner.decide(EXPLOITED, next);
        double[] accuracy = expected.accuracy.clone();
        double[] joules = expected.joules.clone();
        Decision decision = other.decide(EXPLOITED, next);
        assertThat(decision.accuracy).containsExactly(accuracy, ROUNDING);
        assertThat(decision.joules).containsExactly(joules, ROUNDING);
        assertThat(decision.t).isOne();
        assertThat(other.state.joules).isZero();
        assertThat(other.state.asked).isEmpty();
        assertThat(other.model("small").served + other.model("large").served).isZero();
    }

    @Test
    void labelsOfOtherFeaturesThanItsOwnTeachItTheMeanAlone() {
        TestSla sla = new TestSla(FOUR.learner(Settings.Learner.BAYES), "small", "large");
        sla.request(EXPLOITED, 1, 0);
        sla.elsewhere(PROMPT, Observation.scored("small", 0.1));
        assertThat(sla.shared().kernel.dimensions).isEqualTo(2);
        assertThat(sla.model("small").accuracy.own.labels).isZero();
        assertThat(sla.model("small").accuracy.mean).isCloseTo(0.1, ROUNDING);
    }

    /** It does not learn which answers were explored. */
    @Test
    void learnsTheEnergyAloneWhereOnlyExploredAnswersTeach() {
        TestSla sla = new TestSla(Settings.paper(ALPHA, 0.1, 3), "small");
        sla.elsewhere(PROMPT, Observation.answered("small", 0.1, 9, true));
        assertThat(sla.model("small").accuracy.labels).isZero();
        assertThat(sla.model("small").energy.meanCharge()).isEqualTo(9);
    }

    @Test
    void learnsNoEnergyThatNobodyMeasuredOrOfNoAnswer() {
        TestSla sla = new TestSla(FOUR, "small");
        sla.elsewhere(
                PROMPT,
                Observations.withAssumedJoules(
                        Observation.answered("small", Double.NaN, 500, true)));
        sla.elsewhere(
                PROMPT,
                new Observation(
                        "small",
                        Double.NaN,
                        MeasuredEnergy.of(500),
                        Double.NaN,
                        Outcome.UNANSWERED));
        assertThat(sla.model("small").energy.measurements).isZero();
        sla.elsewhere(PROMPT, Observations.measured("small", 9));
        assertThat(sla.model("small").energy.meanCharge()).isEqualTo(9);
        // One that left the zoo is nobody's business.
        sla.elsewhere(PROMPT, Observation.answered("gone", 1, 9, true));
        assertThat(sla.model("small").accuracy.labels).isZero();
    }
}
