package dev.messplus.core.algorithm;

import static dev.messplus.core.algorithm.TestSla.EXPLOITED;
import static dev.messplus.core.algorithm.TestSla.EXPLORED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.LabelSource;
import dev.messplus.core.MissingLabelPolicy;
import dev.messplus.core.Mode;
import dev.messplus.core.Observation;
import dev.messplus.core.Observations;
import dev.messplus.core.account.JoinResult;
import dev.messplus.core.account.PendingRequest;
import java.util.ArrayList;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Failures, labels that never come, repeats, and a zoo that changes: alpha = .6. "small" scores .4
 * and costs 10 J, "big" .8 and 160 J, so at lambda_0 = sqrt(10 x 40) / .08 = 250 J small is chosen.
 */
class LifecycleTest {

    private static final Offset<Double> CLOSE = within(1e-6);
    private static final double NONE = Double.NaN;
    private static final double[] SCORES = {0.4, 0.8};
    private static final double[] JOULES = {10, 160};
    private static final Settings POLICY = Settings.bare(0.6);

    private TestSla sla = new TestSla(POLICY, "small", "big").trained(2, SCORES, JOULES);

    /** It is of an answer that a failure undid: this time, another model had a place. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLabelOfAModelThatWasPassedOverDoesNotCount(boolean labelFirst) {
        PendingRequest request = sla.request(EXPLOITED);
        long labels = sla.model("small").accuracy.labels;
        if (labelFirst) {
            sla.scored(request, "small", 1);
        }
        sla.served(request, "big");
        if (!labelFirst) {
            sla.scored(request, "small", 1);
        }

        assertThat(sla.model("small").accuracy.labels).isEqualTo(labels);
        sla.scored(request, "big", 0.5);
        assertThat(request.isComplete()).isTrue();
    }

    /** The same: there was no place for the second answer. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLabelOfACallThatFailedDoesNotCount(boolean labelFirst) {
        var sla = new TestSla(Settings.paper(0.6, 0.1, 1), "small", "big");
        PendingRequest request = sla.request(EXPLORED);
        if (labelFirst) {
            sla.scored(request, "big", 1);
        }
        sla.failed(request, "big");
        if (!labelFirst) {
            sla.scored(request, "big", 1);
        }
        sla.served(request, "small");
        sla.scored(request, "small", 0.5);

        assertThat(sla.model("big").accuracy.labels).isZero();
        assertThat(sla.model("small").accuracy.labels).isOne();
        assertThat(sla.scored(request, "big", 1)).isEqualTo(JoinResult.UNEXPECTED);
        assertThat(sla.model("big").accuracy.labels).isZero();
    }

    @Test
    void countsEveryThingOnce() {
        PendingRequest request = sla.request(EXPLOITED);
        assertThat(sla.measured(request, "small", 10)).isEqualTo(JoinResult.APPLIED);
        assertThat(sla.measured(request, "small", 99)).isEqualTo(JoinResult.DUPLICATE);
        assertThat(sla.served(request, "small")).isEqualTo(JoinResult.APPLIED);
        assertThat(sla.served(request, "small")).isEqualTo(JoinResult.DUPLICATE);
        assertThat(request.isComplete()).isFalse();
        assertThat(sla.scored(request, "small", 0.1)).isEqualTo(JoinResult.APPLIED);
        assertThat(sla.scored(request, "small", 0.9)).isEqualTo(JoinResult.DUPLICATE);
        assertThat(sla.algorithm.observe(request, Observation.answered("small", 0.9, 99, true)))
                .isEqualTo(JoinResult.DUPLICATE);
        assertThat(request.isComplete()).isTrue();
        assertThat(sla.queue.q).isCloseTo(0.5, CLOSE);
        assertThat(sla.model("small").accuracy.labels).isEqualTo(3);
        assertThat(sla.model("small").energy.measurements).isEqualTo(3);
        assertThat(sla.model("small").served).isEqualTo(1);
        assertThat(sla.state.joules).isCloseTo(10, CLOSE);
        assertThat(sla.state.servedJoules).isCloseTo(10, CLOSE);
    }

    @Test
    void aModelThatFailedInAnEarlierLifeAndThenServedIsNoFailure() {
        long servedBefore = sla.model("small").served;
        long labelledBefore = sla.queue.labelled;
        PendingRequest request = sla.request(EXPLOITED);
        sla.algorithm.observe(request, Observations.failed("small"));
        sla.algorithm.observe(request, Observation.answered("small", 0.8, 10, true));
        // Told late, by who was interrupted.
        assertThat(sla.algorithm.observe(request, Observations.failed("small")))
                .isEqualTo(JoinResult.DUPLICATE);

        assertThat(sla.state.failed).isZero();
        assertThat(sla.model("small").served).isEqualTo(servedBefore + 1);
        assertThat(sla.queue.labelled).isEqualTo(labelledBefore + 1);
        assertThat(request.isComplete()).isTrue();
    }

    @Test
    void leavesAModelAloneThatWasNotAsked() {
        PendingRequest request = sla.request(EXPLOITED);
        assertThat(sla.scored(request, "big", 0.1)).isEqualTo(JoinResult.EARLY);
        assertThat(sla.measured(request, "big", 1_000)).isEqualTo(JoinResult.UNEXPECTED);
        assertThat(sla.scored(request, "nobody", 0.1)).isEqualTo(JoinResult.UNEXPECTED);
        assertThat(request.models()).containsExactly("small");
        assertThat(sla.model("big").accuracy.labels).isEqualTo(2);
        assertThat(sla.model("big").energy.totalJoules).isEqualTo(320);
        assertThat(sla.state.joules).isZero();
        assertThat(sla.queue.inFlight).isEqualTo(1);
    }

    @Test
    void foreseesTheModelARequestFellBackOn() {
        PendingRequest request = sla.request(EXPLOITED);
        assertThat(sla.drift()).isCloseTo(0.6 - 0.4, CLOSE);
        PendingRequest other = sla.request(EXPLOITED);
        sla.failed(request, "small");
        assertThat(sla.failed(request, "small")).isEqualTo(JoinResult.DUPLICATE);
        sla.algorithm.observe(request, Observation.answered("big", NONE, 40, true));
        assertThat(sla.drift()).isCloseTo(0.6 - 0.8 + 0.6 - 0.4, CLOSE);
        sla.scored(request, "big", 0.5);
        assertThat(request.isComplete()).isTrue();
        assertThat(sla.queue.q).isCloseTo(0.1, CLOSE);
        assertThat(sla.queue.forecast).isCloseTo(other.predicted, CLOSE);
        assertThat(sla.model("small").failures).isEqualTo(1);
        assertThat(sla.model("small").served).isZero();
        assertThat(sla.model("big").served).isEqualTo(1);
        assertThat(sla.model("big").accuracy.labels).isEqualTo(3);
        assertThat(sla.state.failed).isZero();
    }

    @Test
    void aLabelThatChangesABeliefChangesWhatIsForeseenOfOthersInFlight() {
        PendingRequest first = sla.request(EXPLOITED);
        sla.request(EXPLOITED);
        assertThat(sla.drift()).isCloseTo(2 * (0.6 - 0.4), CLOSE);
        sla.answered(first, 0.1, 10);
        sla.decide(EXPLOITED);
        assertThat(sla.drift()).isCloseTo(0.6 - 0.1, CLOSE);
    }

    /** Big was chosen and failed, and small is worse. */
    @Test
    void foreseesAWorseModelThatARequestFellBackOn() {
        sla.priced(1_000);
        PendingRequest request = sla.request(EXPLOITED);
        assertThat(request.models()).containsExactly("big");
        assertThat(sla.model("big").inFlight).isOne();
        sla.failed(request, "big");
        sla.served(request, "small");
        assertThat(sla.drift()).isCloseTo(0.6 - 0.4, CLOSE);
        assertThat(sla.model("big").inFlight).isZero();
        assertThat(sla.model("small").inFlight).isOne();
        sla.decide(EXPLOITED);
        assertThat(sla.drift()).isCloseTo(0.6 - 0.4, CLOSE);
        assertThat(request.forecast).isCloseTo(0.8, CLOSE);
        sla.scored(request, "small", 0.5);
        assertThat(sla.model("small").inFlight).isZero();
    }

    /** Big, .8, is chosen or asked beside small, .4: whichever is served, the better one counts. */
    @ParameterizedTest
    @CsvSource({
        "250,   big,   small, 0.4",
        "250,   big,   big,   0.8",
        "1000,  small, small, 0.8",
        "1000,  small, big,   0.8",
    })
    void ofTwoAnswersTheServedOneCountsAsNoLessThanTheChosenOne(
            double price, String second, String served, double forecast) {
        TestSla budgeted = new TestSla(POLICY.explorationBudget(0.1), "small", "big");
        sla = budgeted.trained(2, SCORES, JOULES).probing(second).priced(price);
        PendingRequest request = sla.request(EXPLOITED);
        assertThat(request.models()).hasSize(2).endsWith(second);
        sla.served(request, served);
        assertThat(sla.drift()).isCloseTo(0.6 - forecast, CLOSE);
        sla.decide(EXPLOITED);
        assertThat(sla.drift()).isCloseTo(0.6 - forecast, CLOSE);
        assertThat(sla.model("small").inFlight).isEqualTo(forecast == 0.4 ? 1 : 0);
        assertThat(sla.model("big").inFlight).isEqualTo(forecast == 0.4 ? 0 : 1);
    }

    @Test
    void aRequestThatExpiresCountsAsItWasForecast() {
        PendingRequest first = sla.request(EXPLOITED);
        PendingRequest second = sla.request(EXPLOITED);
        sla.answered(first, 0.1, 10);
        assertThat(sla.queue.q).isCloseTo(0.6 - 0.1, CLOSE);
        sla.algorithm.expire(second);
        assertThat(sla.queue.q).isCloseTo(0.6 - 0.1 + (0.6 - 0.4), CLOSE);
        assertThat(sla.drift()).isEqualTo(0.0);
    }

    /** One of four is rated, and stands for all: .4 + 4 (.1 - .4) = -.8, and .4 of the others. */
    @Test
    void aRatingOfADeclaredShareStandsForTheAnswersThatAreNotRated() {
        var audited = audited(MissingLabelPolicy.AS_PREDICTED);
        PendingRequest rated = audited.request(EXPLOITED);
        PendingRequest unrated = audited.request(EXPLOITED);
        audited.answered(rated, 0.1, 10);
        assertThat(audited.queue.q).isCloseTo(0.6 + 0.8, CLOSE);
        assertThat(audited.queue.averageScore()).isCloseTo(0.1, CLOSE);
        audited.algorithm.expire(unrated);
        assertThat(audited.queue.q).isCloseTo(0.6 + 0.8 + (0.6 - 0.4), CLOSE);
    }

    /** Where the others count as nothing, or as 0, it stands for itself. */
    @ParameterizedTest
    @EnumSource(
            value = MissingLabelPolicy.class,
            names = {"IGNORED", "AS_ZERO"})
    void aRatingStandsForItselfWhereUnratedAnswersAreNotForecast(MissingLabelPolicy policy) {
        var audited = audited(policy);
        audited.answered(audited.request(EXPLOITED), 0.1, 10);
        assertThat(audited.queue.q).isCloseTo(0.6 - 0.1, CLOSE);
    }

    private static TestSla audited(MissingLabelPolicy policy) {
        Settings settings = POLICY.labels(LabelSource.audit(0.25)).missingLabel(policy);
        return new TestSla(settings, "small", "big").trained(2, SCORES, JOULES);
    }

    @Test
    void requestsOfAModelThatLeftTheZooAreExpectedToKeepThePromise() {
        PendingRequest early = sla.request(EXPLOITED);
        PendingRequest late = sla.request(EXPLOITED);
        TestSla smaller = sla.withZoo("big");
        smaller.decide(EXPLOITED);
        assertThat(smaller.drift()).isCloseTo(0, CLOSE);
        smaller.answered(early, 0.1, 10);

        // It comes back, and nothing is known of it any more.
        TestSla back = smaller.withZoo("small", "big");
        PendingRequest next = back.priced(1_000).request(EXPLOITED);
        assertThat(next.models()).containsExactly("big");
        back.answered(late, 0.1, 10);
        assertThat(back.model("small").inFlight).isZero();
        back.decide(EXPLOITED);
        assertThat(back.drift()).isCloseTo(0.6 - 0.8, CLOSE);
        back.answered(next, 0.8, 160);
        assertThat(back.queue.inFlight).isZero();
        assertThat(back.drift()).isEqualTo(0.0);
    }

    @Test
    void requestsInFlightAreForeseenByMeansAfterAnotherEmbedding() {
        var bayes = new TestSla(Settings.stream(0.6), "small");
        bayes.algorithm.useEmbedding("one");
        bayes.answered(bayes.request(EXPLOITED, 1, 0), 0.3, 10);
        PendingRequest before = bayes.request(EXPLOITED, 1, 0);
        assertThat(bayes.algorithm.useEmbedding("other")).isTrue();
        bayes.decide(EXPLOITED, 1, 2, 3);
        assertThat(bayes.drift()).isCloseTo(0.6 - 0.3, CLOSE);
        PendingRequest after = bayes.request(EXPLOITED, 1, 2, 3);
        bayes.answered(before, 0.5, 10);
        bayes.decide(EXPLOITED, 1, 2, 3);
        double forecast = bayes.model("small").accuracy.own.weights[0] + 0.6;
        assertThat(bayes.drift()).isCloseTo(0.6 - forecast, CLOSE);
        bayes.answered(after, 0.5, 10);
        assertThat(bayes.model("small").inFlight).isZero();
        assertThat(bayes.model("small").accuracy.inFlightRegressors).isEmpty();
        assertThat(bayes.queue.forecast).isEqualTo(0.0);
    }

    /** Whatever becomes of requests, those of the models add up to those of the queue. */
    @Property(tries = 50)
    void whatEntersFlightLeavesIt(@ForAll Random random) {
        var flying = new ArrayList<PendingRequest>();
        var busy = new TestSla(Settings.stream(0.6).explorationBudget(1), "a", "b", "c");
        for (int i = 0; i < 150; i++) {
            if (random.nextInt(3) > 0) {
                float odd = random.nextInt(20) == 0 ? Float.NaN : 0;
                float[] x = {(float) random.nextGaussian(), random.nextInt(3) + odd};
                flying.add(busy.request("r" + i, x));
            }
            if (random.nextInt(60) == 0) {
                busy.algorithm.useEmbedding("e" + i);
            }
            if (!flying.isEmpty() && random.nextInt(3) > 0) {
                settle(busy, flying.remove(random.nextInt(flying.size())), random);
            }
            assertInFlight(busy, flying.size());
        }
        while (!flying.isEmpty()) {
            settle(busy, flying.remove(0), random);
        }
        assertInFlight(busy, 0);
        assertThat(busy.queue.forecast).isEqualTo(0.0);
        assertThat(busy.drift()).isEqualTo(0.0);
        for (String model : busy.zoo) {
            assertThat(busy.model(model).accuracy.inFlightRegressors).isEmpty();
        }
    }

    private static void assertInFlight(TestSla sla, int requests) {
        assertThat(sla.queue.inFlight).isEqualTo(requests);
        long ofModels = 0;
        for (String model : sla.zoo) {
            ofModels += sla.model(model).inFlight;
        }
        assertThat(ofModels).isEqualTo(requests);
        sla.decide(EXPLOITED, 1, 1);
        assertThat(sla.queue.forecast).isBetween(0.0, (double) requests);
    }

    /** It is answered, falls back, fails or expires. */
    private static void settle(TestSla sla, PendingRequest request, Random random) {
        String chosen = request.models().get(0);
        String other = sla.zoo.get(random.nextInt(sla.zoo.size()));
        double score = random.nextDouble();
        switch (random.nextInt(5)) {
            case 0 -> sla.algorithm.expire(request);
            case 1 -> sla.unanswered(request, chosen);
            case 2 -> {
                sla.failed(request, chosen);
                if (other.equals(chosen)) {
                    sla.unanswered(request, other);
                } else {
                    sla.algorithm.observe(request, Observation.answered(other, score, 9, true));
                }
            }
            default -> {
                String last = request.models().get(request.models().size() - 1);
                sla.algorithm.observe(request, Observation.answered(last, score, 9, true));
            }
        }
    }

    @Test
    void takesALabelOfTheModelARequestFellBackOnBeforeItIsTold() {
        PendingRequest request = sla.request(EXPLOITED);
        assertThat(sla.scored(request, "big", 0.5)).isEqualTo(JoinResult.EARLY);
        assertThat(sla.scored(request, "big", 0.9)).isEqualTo(JoinResult.DUPLICATE);
        sla.failed(request, "small");
        assertThat(request.isComplete()).isFalse();
        sla.algorithm.observe(request, Observation.answered("big", NONE, 40, true));

        assertThat(request.isComplete()).isTrue();
        assertThat(sla.queue.q).isCloseTo(0.1, CLOSE);
        assertThat(sla.queue.inFlight).isZero();
        assertThat(sla.model("big").served).isEqualTo(1);
        assertThat(sla.model("big").accuracy.labels).isEqualTo(3);
        assertThat(sla.scored(request, "big", 0.9)).isEqualTo(JoinResult.DUPLICATE);
    }

    @Test
    void countsNoScoreForARequestThatNobodyAnswered() {
        sla.queue.q = 0.3;
        PendingRequest request = sla.request(EXPLOITED);
        sla.failed(request, "small");
        sla.unanswered(request, "big");
        assertThat(request.isComplete()).isTrue();
        assertThat(sla.unanswered(request, "big")).isEqualTo(JoinResult.DUPLICATE);
        assertThat(sla.state.failed).isEqualTo(1);
        assertThat(sla.queue.q).isEqualTo(0.3);
        assertThat(sla.queue.inFlight).isZero();
        assertThat(sla.queue.forecast).isEqualTo(0.0);
        assertThat(sla.queue.labelled).isZero();
        // What the failure cost was paid, but served nothing.
        sla.measured(request, "big", 7);
        assertThat(sla.state.joules).isCloseTo(7, CLOSE);
        assertThat(sla.state.servedJoules).isZero();
    }

    @Test
    void aRequestThatExpiredBeforeACallIsOverAndBlamesNoModel() {
        sla.queue.q = 0.3;
        PendingRequest request = sla.request(EXPLOITED);
        String chosen = request.models().get(0);

        assertThat(sla.algorithm.observe(request, Observations.expired(chosen)))
                .isEqualTo(JoinResult.APPLIED);

        assertThat(request.isComplete()).isTrue();
        assertThat(sla.algorithm.observe(request, Observations.expired(chosen)))
                .isEqualTo(JoinResult.DUPLICATE);
        assertThat(sla.queue.q).isEqualTo(0.3);
        assertThat(sla.queue.inFlight).isZero();
        assertThat(sla.queue.forecast).isEqualTo(0.0);
        assertThat(sla.state.failed).isEqualTo(1);
        assertThat(sla.state.expired).isZero();
        assertThat(sla.state.joules).isZero();
        assertThat(sla.model(chosen).failures).isZero();
        assertThat(sla.model(chosen).served).isZero();
    }

    /** Restored, the job asked again later, when the time was up; the answer was served before. */
    @Test
    void anAnswerThatWasServedDoesNotExpire() {
        PendingRequest request = sla.request(EXPLOITED);
        String chosen = request.models().get(0);
        sla.served(request, chosen);

        assertThat(sla.algorithm.observe(request, Observations.expired(chosen)))
                .isEqualTo(JoinResult.DUPLICATE);
        assertThat(request.isComplete()).isFalse();
        assertThat(sla.state.failed).isZero();
    }

    @Test
    void countsTheEnergyOfCallsThatBroughtNoAnswerOnceAndLearnsNothingOfIt() {
        PendingRequest request = sla.request(EXPLOITED);
        Observation retried = Observations.withFailedJoules(Observations.measured("small", 10), 3);
        assertThat(sla.algorithm.observe(request, retried)).isEqualTo(JoinResult.APPLIED);
        assertThat(sla.algorithm.observe(request, retried)).isEqualTo(JoinResult.DUPLICATE);
        sla.answered(request, 0.4, 10);
        assertThat(sla.state.joules).isCloseTo(10 + 3, CLOSE);
        assertThat(sla.state.servedJoules).isCloseTo(10, CLOSE);
        assertThat(sla.state.failedJoules).isCloseTo(3, CLOSE);
        assertThat(sla.state.explorationJoules()).isZero();
        assertThat(sla.model("small").energy.measurements).isEqualTo(3);
        assertThat(sla.model("small").energy.totalJoules).isEqualTo(30);
    }

    @Test
    void paysForWhatItDidNotMeasureAndLearnsNothingOfIt() {
        PendingRequest request = sla.request(EXPLOITED);
        Observation assumed =
                Observations.withAssumedJoules(Observation.answered("small", 0.4, 99, true));
        assertThat(sla.algorithm.observe(request, assumed)).isEqualTo(JoinResult.APPLIED);
        assertThat(sla.state.joules).isCloseTo(99, CLOSE);
        assertThat(sla.state.servedJoules).isCloseTo(99, CLOSE);
        assertThat(sla.model("small").energy.measurements).isEqualTo(2);
        assertThat(sla.model("small").energy.price(TestSla.TOKENS, 0, 0)).isEqualTo(10);
        assertThat(sla.model("small").accuracy.labels).isEqualTo(3);
    }

    @Test
    void countsTheEnergyOfFailedAttemptsPerModel() {
        PendingRequest request = sla.request(EXPLOITED);
        sla.algorithm.observe(
                request, Observations.withFailedJoules(Observations.failed("small"), 3));
        sla.algorithm.observe(
                request, Observations.withFailedJoules(Observations.failed("small"), 3));
        sla.algorithm.observe(
                request,
                Observations.withFailedJoules(Observation.answered("big", 0.8, 40, true), 4));
        assertThat(request.isComplete()).isTrue();
        assertThat(request.answer("small").failedJoules).isEqualTo(3);
        assertThat(request.answer("big").failedJoules).isEqualTo(4);
        assertThat(sla.state.failedJoules).isCloseTo(7, CLOSE);
    }

    @Test
    void waitsForNoLabelOfAModelThatFailedWhileExploring() {
        PendingRequest request = probe();
        sla.served(request, "small");
        sla.scored(request, "small", 0.4);
        assertThat(request.resolved).isTrue();
        assertThat(request.isComplete()).isFalse(); // big is still to be labelled
        sla.failed(request, "big");
        assertThat(request.isComplete()).isTrue();
    }

    @Test
    void isOverOnceNoAnswerWasFoundWhileExploring() {
        PendingRequest request = probe();
        sla.unanswered(request, "big");
        assertThat(request.isComplete()).isFalse();
        sla.failed(request, "small");
        assertThat(request.isComplete()).isTrue();
        assertThat(sla.state.failed).isEqualTo(1);
        assertThat(sla.queue.inFlight).isZero();
        assertThat(sla.model("small").failures).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "AS_PREDICTED, 0.7", // .5 + .6 - .4
        "AS_ZERO,      1.1", // .5 + .6
        "IGNORED,      0.5",
    })
    void countsALabelThatNeverComesByPolicy(MissingLabelPolicy missing, double q) {
        var policy = POLICY.missingLabel(missing);
        var patient = new TestSla(policy, "small", "big").trained(2, SCORES, JOULES);
        patient.queue.q = 0.5;
        PendingRequest request = patient.request(EXPLOITED);
        patient.served(request, "small");

        patient.algorithm.expire(request);
        patient.algorithm.expire(request);

        assertThat(patient.queue.q).isCloseTo(q, CLOSE);
        assertThat(patient.queue.inFlight).isZero();
        assertThat(patient.queue.forecast).isEqualTo(0.0);
        assertThat(patient.queue.labelled).isZero();
        assertThat(patient.state.expired).isEqualTo(1);
    }

    @Test
    void doesNotExpireARequestThatOnlyMissesExploredLabels() {
        PendingRequest request = probe();
        sla.served(request, "small");
        sla.scored(request, "small", 0.1);
        sla.algorithm.expire(request);
        assertThat(sla.state.expired).isZero();
        assertThat(sla.queue.q).isCloseTo(0.5, CLOSE);
    }

    @Test
    void leavesTheQueueAloneOnceARequestExpired() {
        PendingRequest fellBack = sla.request(EXPLOITED);
        PendingRequest unanswered = sla.request(EXPLOITED);
        PendingRequest inFlight = sla.request(EXPLOITED);
        sla.algorithm.expire(fellBack);
        sla.algorithm.expire(unanswered);
        double q = sla.queue.q;

        sla.algorithm.observe(fellBack, Observation.answered("big", 0.1, 40, true));
        sla.unanswered(unanswered, "small");

        assertThat(sla.queue.q).isEqualTo(q);
        assertThat(sla.queue.inFlight).isEqualTo(1);
        assertThat(sla.queue.forecast).isCloseTo(inFlight.predicted, CLOSE);
        assertThat(sla.queue.labelled).isZero();
    }

    @Test
    void keepsThePromiseOfARequestWhoseModelLeftTheZoo() {
        PendingRequest request = sla.request(EXPLOITED);
        TestSla smaller = sla.withZoo("big");
        smaller.algorithm.observe(request, Observation.answered("small", 0.1, 10, true));
        assertThat(request.isComplete()).isTrue();
        assertThat(smaller.queue.q).isCloseTo(0.5, CLOSE);
        assertThat(smaller.queue.inFlight).isZero();
        assertThat(smaller.model("big").accuracy.labels).isEqualTo(2);
        assertThat(smaller.model("big").energy.measurements).isEqualTo(2);
        assertThat(smaller.state.joules).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource(Settings.Learner.class)
    void learnsTheMeanAloneOfARequestWithTheFeaturesOfAnotherRelease(Settings.Learner learner) {
        var upgraded = new TestSla(POLICY.learner(learner), "small", "big");
        upgraded.algorithm.markUnavailable("small", 1);
        PendingRequest before = upgraded.request(EXPLOITED, 1, 0, 1);
        PendingRequest late = upgraded.request(EXPLOITED, 0, 1, 1);
        PendingRequest after = upgraded.request(EXPLOITED, 0.5f, 1);
        assertThat(before.models()).containsExactly("big");
        assertThat(late.models()).containsExactly("big");
        upgraded.answered(after, 0.9, 40);
        double learned = predicted(upgraded);

        upgraded.answered(before, 0.1, 40);

        assertThat(predicted(upgraded)).isEqualTo(learned);
        assertThat(upgraded.model("big").accuracy.labels).isEqualTo(2);
        assertThat(upgraded.model("big").accuracy.mean).isCloseTo(0.5, CLOSE);
        // The promise and the books take it as any other.
        assertThat(upgraded.queue.labelled).isEqualTo(2);
        assertThat(upgraded.state.joules).isEqualTo(80);
        assertThat(before.isComplete()).isTrue();

        // Restarted, and nothing decided yet.
        TestSla restarted = upgraded.withZoo("small", "big");
        restarted.answered(late, 0.2, 40);
        assertThat(predicted(restarted)).isEqualTo(learned);
        assertThat(restarted.model("big").accuracy.mean).isCloseTo(0.4, CLOSE);
    }

    private static double predicted(TestSla sla) {
        double accuracy = sla.decide(EXPLOITED, 0.5f, 1).accuracy[1];
        assertThat(accuracy).isNotEqualTo(sla.model("big").accuracy.mean);
        return accuracy;
    }

    @ParameterizedTest
    @EnumSource(Settings.Learner.class)
    void keepsItsQueueWhenFeaturesAreNoNumbers(Settings.Learner learner) {
        var robust = new TestSla(POLICY.learner(learner), "small", "big");
        PendingRequest request = robust.request(EXPLOITED, Float.NaN);
        assertThat(robust.pressure()).isFinite();
        robust.algorithm.observe(
                request, Observation.answered(request.models().get(0), 0.8, 40, true));
        assertThat(robust.pressure()).isFinite();
        assertThat(robust.queue.labelled).isEqualTo(1);
    }

    @Test
    void tellsOfNoExplorationByRounding() {
        var unexplored = new TestSla(POLICY, "small", "big");
        for (int i = 0; i < 1_000; i++) {
            PendingRequest request = unexplored.request(EXPLOITED);
            unexplored.algorithm.observe(
                    request,
                    Observations.withFailedJoules(
                            Observation.answered(request.models().get(0), 0.6, i / 7.0, true),
                            i / 3.0));
            assertThat(unexplored.state.explorationJoules()).isNotNegative();
        }
    }

    @Test
    void exploitsTheOneModelThatIsLeft() {
        TestSla single = sla.withZoo("big");
        assertThat(single.decide(EXPLOITED).mode).isEqualTo(Mode.EXPLOIT);
        assertThat(single.decide(EXPLOITED).ranking).containsExactly(0);
    }

    @Test
    void keepsThePromiseWithModelsThatNobodyMeasures() {
        var unmetered = new TestSla(POLICY, "small", "big");
        unmetered.trained(2, SCORES, new double[] {NONE, NONE});
        unmetered.queue.q = 1;
        assertThat(unmetered.decide(EXPLOITED).chosen()).isEqualTo(1);

        // Without its meter small counts as typical, and so as expensive as big.
        var half = new TestSla(POLICY, "small", "big");
        half.trained(2, SCORES, new double[] {NONE, 40});
        half.priced(0.001);
        assertThat(half.decide(EXPLOITED).chosen()).isEqualTo(1);
    }

    /** A request that asks big beside small. */
    private PendingRequest probe() {
        TestSla budgeted = new TestSla(POLICY.explorationBudget(0.1), "small", "big");
        sla = budgeted.trained(2, SCORES, JOULES).probing("big");
        PendingRequest request = sla.request(EXPLOITED);
        assertThat(request.models()).containsExactly("small", "big");
        return request;
    }
}
