package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static dev.messplus.fixture.Fixtures.asking;
import static dev.messplus.fixture.Fixtures.completion;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.explore;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.oneAttempt;
import static dev.messplus.fixture.Fixtures.planned;
import static dev.messplus.infer.StubbedZoo.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.messplus.core.JudgeReading;
import dev.messplus.infer.admission.Permit;
import dev.messplus.infer.charge.CallCharge;
import dev.messplus.infer.charge.CallEnergy;
import dev.messplus.infer.charge.LateEnergy;
import dev.messplus.record.Candidate;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.RoutedRequest;
import dev.messplus.record.RoutedRequestBuilder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A request whose plan asks one model after the other. Each answer is the score that it gets. */
@Timeout(120)
class PlannedAnswersTest {

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    private static final TextScorer STATED = (request, output) -> Double.parseDouble(output);

    private static final RoutedRequest ABC = exploit("1", "a", "b", "c");

    private OpenZoo zoo;

    @BeforeEach
    void open() throws Exception {
        zoo = ZOO.open(oneAttempt().build());
    }

    private static InferenceOutcome infer(RoutedRequest routed) throws Exception {
        return ZOO.infer(routed, STATED);
    }

    private InferenceOutcome infer(RoutedRequest routed, long timeoutMillis) throws Exception {
        return zoo.scoredBy(STATED)
                .begin(routed, timeoutMillis)
                .get(2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Test
    void aGoodFirstAnswerIsTheOnlyOne() throws Exception {
        ZOO.answers("a", "0.9", 100);

        InferenceOutcome outcome = infer(planned(ABC, .9, .8, .7));

        Response response = outcome.response();
        assertThat(response.model()).isEqualTo("a");
        assertThat(response.candidates()).isNull();
        assertThat(response.plannedJoules()).isNaN();
        assertThat(outcome.measurements()).hasSize(1);
        ZOO.verifyCalls(0, "b");
        ZOO.verifyCalls(0, "c");
    }

    @Test
    void afterABadAnswerTheNextModelIsAskedAndTheBetterAnswerServed() throws Exception {
        ZOO.answers("a", "0.2", 100);
        ZOO.answers("b", "0.7", 300);

        InferenceOutcome outcome = infer(planned(ABC, .9, .8, .6));

        Response response = outcome.response();
        assertThat(response.status()).isEqualTo(Response.OK);
        assertThat(response.model()).isEqualTo("b");
        assertThat(response.score()).isEqualTo(.7);
        assertThat(response.decision().mode()).isEqualTo("exploit");
        assertThat(response.energy().joules()).isEqualTo(3);
        assertThat(response.plannedJoules()).isEqualTo(1);
        assertThat(response.explorationJoules()).isNaN();
        assertThat(response.candidates())
                .extracting(Candidate::model, Candidate::score)
                .containsExactly(tuple("a", .2), tuple("b", .7));
        assertThat(outcome.measurements())
                .extracting(
                        Measurement::model,
                        Measurement::score,
                        Measurement::served,
                        measured -> measured.energy().joules())
                .containsExactly(tuple("a", .2, false, 1.0), tuple("b", .7, true, 3.0));
        ZOO.verifyCalls(1, "a");
        ZOO.verifyCalls(1, "b");
        ZOO.verifyCalls(0, "c");
    }

    @Test
    void theBestOfAllAnswersIsServedAndReportedLast() throws Exception {
        ZOO.answers("a", "0.5", 100);
        ZOO.answers("b", "0.1", 100);
        ZOO.answers("c", "0.4", 100);

        InferenceOutcome outcome = infer(planned(ABC, .9, .8, .6));

        assertThat(outcome.response().model()).isEqualTo("a");
        assertThat(outcome.response().decision().mode()).isEqualTo("exploit");
        assertThat(outcome.response().plannedJoules()).isEqualTo(2);
        assertThat(outcome.measurements())
                .extracting(Measurement::model, Measurement::served)
                .containsExactly(tuple("b", false), tuple("c", false), tuple("a", true));
    }

    /** The judge gives both answers 1, of which half is true: people say .5 and .7, above .6. */
    @Test
    void thePlanFollowsWhatPeopleAreExpectedToSayOfTheAnswersThatAJudgeScores() throws Exception {
        ZOO.answers("a", "1", 100);
        ZOO.answers("b", "1", 100);
        RoutedRequest judged =
                RoutedRequestBuilder.builder(planned(ABC, .9, .8, .6))
                        .reading(new JudgeReading(new double[] {0, .2, 0}, .5))
                        .build();

        InferenceOutcome outcome = infer(judged);

        assertThat(outcome.response().model()).isEqualTo("b");
        ZOO.verifyCalls(1, "a");
        ZOO.verifyCalls(1, "b");
        ZOO.verifyCalls(0, "c");
    }

    @Test
    void aPlanMayPassOverAModelOfTheRanking() throws Exception {
        ZOO.answers("a", "0.5", 100);
        ZOO.answers("c", "0.6", 100);

        InferenceOutcome outcome = infer(planned(ABC, .9, .3, .8));

        Response response = outcome.response();
        assertThat(response.model()).isEqualTo("c");
        // Of c, which is the third of the ranking.
        assertThat(response.decision().predictedScore()).isEqualTo(.7);
        assertThat(response.candidates()).extracting(Candidate::model).containsExactly("a", "c");
        ZOO.verifyCalls(0, "b");
    }

    @Test
    void aModelThatWasPassedOverMayBeAskedLater() throws Exception {
        ZOO.answers("a", "0.1", 100);
        ZOO.answers("c", "0.2", 100);
        ZOO.answers("b", "0.25", 100);

        InferenceOutcome outcome = infer(planned(ABC, .9, .3, .8));

        assertThat(outcome.response().model()).isEqualTo("b");
        assertThat(outcome.response().decision().predictedScore()).isEqualTo(.8);
        assertThat(outcome.response().candidates())
                .extracting(Candidate::model)
                .containsExactly("a", "c", "b");
    }

    @Test
    void ifTheFirstModelFailsTheNextAnswersAndThePlanGoesOn() throws Exception {
        ZOO.stub("a", aResponse().withStatus(400));
        ZOO.answers("b", "0.2", 100);
        ZOO.answers("c", "0.1", 100);

        InferenceOutcome outcome = infer(planned(ABC, .9, .8, .7));

        assertThat(outcome.response().model()).isEqualTo("b");
        assertThat(outcome.response().decision().mode()).isEqualTo("fallback");
        assertThat(outcome.measurements())
                .extracting(Measurement::model, Measurement::error)
                .containsExactly(tuple("a", "a answered 400"), tuple("c", null), tuple("b", null));
        assertThat(ZOO.model("b").statistics().fallbacks.sum()).isEqualTo(1);
        assertThat(ZOO.model("c").statistics().fallbacks.sum()).isZero();
    }

    @Test
    void aModelOfThePlanThatFailsGivesWayToTheNext() throws Exception {
        ZOO.answers("a", "0.2", 100);
        ZOO.stub("b", aResponse().withStatus(400));
        ZOO.answers("c", "0.6", 100);

        InferenceOutcome outcome = infer(planned(ABC, .9, .8, .7));

        assertThat(outcome.response().model()).isEqualTo("c");
        assertThat(outcome.response().decision().mode()).isEqualTo("exploit");
        assertThat(outcome.response().error()).isNull();
        assertThat(outcome.response().candidates())
                .extracting(Candidate::model, Candidate::error)
                .containsExactly(tuple("a", null), tuple("b", "b answered 400"), tuple("c", null));
    }

    @Test
    void ifTheOthersOfThePlanFailTheFirstAnswerIsServed() throws Exception {
        ZOO.answers("a", "0.2", 100);
        ZOO.stub("b", aResponse().withStatus(500));
        ZOO.stub("c", aResponse().withStatus(400));

        InferenceOutcome outcome = infer(planned(ABC, .9, .8, .7));

        assertThat(outcome.response().status()).isEqualTo(Response.OK);
        assertThat(outcome.response().model()).isEqualTo("a");
        // A failure that may pass is not tried again: there is an answer.
        ZOO.verifyCalls(1, "b");
    }

    @Test
    void ifAllModelsFailTheRequestFails() throws Exception {
        ZOO.stub("a", aResponse().withStatus(400));
        ZOO.stub("b", aResponse().withStatus(400));
        ZOO.stub("c", aResponse().withStatus(400));

        InferenceOutcome outcome = infer(planned(ABC, .9, .8, .7));

        assertThat(outcome.response().status()).isEqualTo(Response.FAILED);
        assertThat(outcome.measurements())
                .extracting(Measurement::model, Measurement::served)
                .containsExactly(tuple("b", false), tuple("c", false), tuple("a", true));
    }

    @Test
    void anAnswerWithoutAScoreEndsThePlan() throws Exception {
        ZOO.answers("a", "of no worth", 100);

        InferenceOutcome outcome = infer(planned(ABC, .9, .8, .7));

        assertThat(outcome.response().status()).isEqualTo(Response.OK);
        assertThat(outcome.response().model()).isEqualTo("a");
        assertThat(outcome.response().score()).isNaN();
        ZOO.verifyCalls(0, "b");
        ZOO.verifyCalls(0, "c");
    }

    @Test
    void anAnswerWithoutAScoreEndsThePlanAndCountsWithItsForecast() throws Exception {
        ZOO.answers("a", "0.2", 100);
        ZOO.answers("b", "of no worth", 100);

        InferenceOutcome outcome = infer(planned(ABC, .9, .8, .7));

        assertThat(outcome.response().model()).isEqualTo("b");
        assertThat(outcome.response().score()).isNaN();
        assertThat(outcome.measurements())
                .extracting(Measurement::model, Measurement::score)
                .containsExactly(tuple("a", .2), tuple("b", Double.NaN));
        ZOO.verifyCalls(0, "c");
    }

    /** The other answer only teaches, so its joules are those of exploration. */
    @Test
    void aRequestThatExploresFollowsItsPlanToo() throws Exception {
        ZOO.answers("a", "0.1", 100);
        ZOO.answers("b", "0.2", 300);
        ZOO.answers("c", "0.9", 500);

        InferenceOutcome outcome =
                infer(planned(asking(2, explore("1", "a", "b", "c")), .9, .1, .8));

        Response response = outcome.response();
        assertThat(response.model()).isEqualTo("c");
        assertThat(response.decision().mode()).isEqualTo("explore");
        assertThat(response.energy().joules()).isEqualTo(5);
        assertThat(response.explorationJoules()).isEqualTo(3);
        assertThat(response.plannedJoules()).isEqualTo(1);
    }

    @Test
    void aModelThatLeftTheZooGivesWayToTheNext() throws Exception {
        ZOO.answers("a", "0.2", 100);
        ZOO.answers("c", "0.6", 100);

        InferenceOutcome outcome = infer(planned(exploit("1", "a", "gone", "c"), .9, .8, .7));

        assertThat(outcome.response().model()).isEqualTo("c");
        assertThat(outcome.response().candidates().get(1).error())
                .isEqualTo("gone is not in the zoo");
    }

    @Test
    void aModelThatHangsCostsTheDeadlineAndNotTheAnswer() throws Exception {
        ZOO.answers("a", "0.2", 100);
        ZOO.stub("b", okJson("{}").withFixedDelay((int) PATIENCE_MILLIS));

        InferenceOutcome outcome = infer(planned(ABC, .9, .8, .7), 2_000);

        assertThat(outcome.response().status()).isEqualTo(Response.OK);
        assertThat(outcome.response().model()).isEqualTo("a");
        assertThat(outcome.response().candidates().get(1).error())
                .matches("b gave no answer within \\d+ ms");
        ZOO.verifyCalls(0, "c");
        // Its place is free again.
        assertThat(ZOO.places("b").acquire(OpenZoo.deadline(PATIENCE_MILLIS)).isDone()).isTrue();
    }

    @Test
    void aModelThatWouldAnswerAfterTheDeadlineIsNotAsked() throws Exception {
        ZOO.stub("b", okJson(completion("0.9", 100)).withFixedDelay(3_000));
        assertThat(ZOO.ask("b").get().ok()).isTrue();
        ZOO.answers("a", "0.2", 100);

        InferenceOutcome outcome = infer(planned(ABC, .9, .8, .7), 2_000);

        assertThat(outcome.response().model()).isEqualTo("a");
        assertThat(outcome.response().candidates()).isNull();
        ZOO.verifyCalls(1, "b");
    }

    @Test
    void aModelWithoutAFreePlaceIsWaitedForUntilTheDeadlineAtMost() throws Exception {
        zoo =
                ZOO.open(
                        inference().build(),
                        endpoint("a", ZOO.baseUrl(), 1),
                        endpoint("b", ZOO.baseUrl(), 1));
        ZOO.answers("a", "0.2", 100);
        Permit only = ZOO.places("b").acquire(OpenZoo.deadline(PATIENCE_MILLIS)).join();

        InferenceOutcome outcome = infer(planned(exploit("1", "a", "b"), .9, .8), 1_000);

        assertThat(outcome.response().model()).isEqualTo("a");
        assertThat(outcome.response().status()).isEqualTo(Response.OK);
        assertThat(outcome.response().candidates().get(1).error()).startsWith("b ");
        ZOO.verifyCalls(0, "b");
        // Nothing waits for it any more.
        CompletableFuture<Permit> next = ZOO.places("b").acquire(OpenZoo.deadline(PATIENCE_MILLIS));
        assertThat(next).isNotDone();
        only.release();
        assertThat(next).isDone();
    }

    @Test
    void aPlaceThatComesFreeInTimeIsTaken() throws Exception {
        zoo =
                ZOO.open(
                        inference().build(),
                        endpoint("a", ZOO.baseUrl(), 1),
                        endpoint("b", ZOO.baseUrl(), 1));
        ZOO.answers("a", "0.2", 100);
        ZOO.answers("b", "0.7", 100);
        Permit only = ZOO.places("b").acquire(OpenZoo.deadline(PATIENCE_MILLIS)).join();
        CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS).execute(only::release);

        InferenceOutcome outcome = infer(planned(exploit("1", "a", "b"), .9, .8));

        assertThat(outcome.response().model()).isEqualTo("b");
    }

    @Test
    void lateEnergySaysWhetherThePlanAskedForTheAnswer() {
        RoutedRequest routed = planned(asking(2, explore("1", "a", "b", "c")), .9, .8, .7);

        assertThat(late(routed, "a").begun().planned()).isTrue();
        assertThat(late(routed, "b").begun().planned()).isFalse();
        assertThat(late(routed, "c").begun().planned()).isTrue();
        assertThat(late(ABC, "a").begun().planned()).isFalse();
    }

    private static LateEnergy late(RoutedRequest routed, String model) {
        Measurement measured = MeasurementBuilder.builder().model(model).build();
        return LateEnergy.of(routed, measured, CallCharge.NONE, CallEnergy.NONE);
    }
}
