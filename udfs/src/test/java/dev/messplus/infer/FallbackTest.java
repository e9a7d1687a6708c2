package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static dev.messplus.fixture.Fixtures.DECISION;
import static dev.messplus.fixture.Fixtures.FOREVER_MILLIS;
import static dev.messplus.fixture.Fixtures.breaker;
import static dev.messplus.fixture.Fixtures.completion;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.explore;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.oneAttempt;
import static dev.messplus.fixture.Fixtures.withTimeout;
import static dev.messplus.fixture.Fixtures.withoutWork;
import static dev.messplus.infer.StubbedZoo.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.messplus.infer.call.Answer;
import dev.messplus.infer.call.ModelLatency;
import dev.messplus.record.Candidate;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.FailedAttemptsBuilder;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.TokenCounts;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens when the chosen model gives no answer. */
@Timeout(120)
class FallbackTest {

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    @Test
    void asksTheNextModelOfTheRanking() throws Exception {
        ZOO.stub("b", aResponse().withStatus(500).withBody("boom"));
        ZOO.answers("a", "wrong", 300);
        ZOO.open(inference().build());

        InferenceOutcome outcome = ZOO.infer(exploit("1", "b", "a", "c"));

        Response response = outcome.response();
        assertThat(response.status()).isEqualTo("ok");
        assertThat(response.model()).isEqualTo("a");
        assertThat(response.decision().mode()).isEqualTo("fallback");
        assertThat(response.decision().predictedScore()).isEqualTo(0.8);
        assertThat(response.attempts()).isEqualTo(1);
        assertThat(response.error()).isNull();
        assertThat(response.candidates())
                .extracting(
                        Candidate::model, candidate -> candidate.output().text(), Candidate::error)
                .containsExactly(
                        tuple("b", null, "b answered 500: boom"), tuple("a", "wrong", null));
        assertThat(withoutWork(outcome.measurements()))
                .containsExactly(
                        MeasurementBuilder.builder()
                                .requestId("1")
                                .sla("gold")
                                .model("b")
                                .served(false)
                                .error("b answered 500: boom")
                                .failed(FailedAttemptsBuilder.builder().unmetered(3).build())
                                .decision(DECISION)
                                .build(),
                        MeasurementBuilder.builder()
                                .requestId("1")
                                .sla("gold")
                                .model("a")
                                .score(0.0)
                                .energy(
                                        EnergyBuilder.builder()
                                                .joules(3.0)
                                                .source("response (estimated)")
                                                .build())
                                .tokens(new TokenCounts(5, null, 2))
                                .served(true)
                                .decision(DECISION)
                                .build());
        ZOO.verifyCalls(3, "b");
        ZOO.verifyCalls(0, "c");
    }

    @Test
    void theTimeOfACallIsThatOfOneModel() throws Exception {
        ZOO.answers("b", "right", 100);
        ZOO.open(inference(1_000));
        answersOnceAndHangs("a");

        InferenceOutcome outcome = ZOO.infer(exploit("1", "a", "b"), 1_000);

        assertThat(outcome.response().model()).isEqualTo("b");
        assertThat(outcome.response().latencyMillis()).isGreaterThanOrEqualTo(1_000L);
        assertThat(outcome.measurements().get(0).error())
                .matches("a gave no answer within \\d+ ms");
    }

    @Test
    void passesOverAModelThatLeftTheZoo() throws Exception {
        ZOO.answers("a", "right", 100);
        ZOO.open(inference().build());

        InferenceOutcome outcome = ZOO.infer(exploit("1", "gone", "a"));

        assertThat(outcome.response().model()).isEqualTo("a");
        assertThat(outcome.measurements()).extracting(Measurement::model).containsExactly("a");
    }

    @Test
    void ifAllModelsFailTheRequestFailsWithEveryReason() throws Exception {
        ZOO.stub("a", aResponse().withStatus(400).withBody("bad"));
        ZOO.stub("b", aResponse().withStatus(500));
        ZOO.open(inference().build());

        InferenceOutcome outcome = ZOO.infer(exploit("1", "a", "b"));

        Response response = outcome.response();
        assertThat(response.status()).isEqualTo("failed");
        assertThat(response.model()).isEqualTo("b");
        assertThat(response.decision().mode()).isEqualTo("exploit");
        assertThat(response.output().text()).isNull();
        assertThat(response.energy().isKnown()).isFalse();
        assertThat(response.attempts()).isEqualTo(3);
        assertThat(response.error()).isEqualTo("a answered 400: bad; b answered 500");
        assertThat(response.metadata()).isEqualTo("{\"tag\":1}");
        assertThat(outcome.measurements())
                .extracting(Measurement::model, Measurement::served, Measurement::error)
                .containsExactly(
                        tuple("b", false, "b answered 500"),
                        tuple("a", true, "a answered 400: bad"));
    }

    /** An attempt may use all of it: half of it may be too little for the model. */
    @Test
    void theSendersDeadlineIsThatOfAllCalls() throws Exception {
        ZOO.answers("b", "right", 100);
        ZOO.open(inference(PATIENCE_MILLIS));
        answersOnceAndHangs("a");

        Response response =
                ZOO.infer(withTimeout(exploit("1", "a", "b"), 1_200), PATIENCE_MILLIS).response();

        assertThat(response.status()).isEqualTo("failed");
        assertThat(response.latencyMillis()).isGreaterThanOrEqualTo(1_000L);
        assertThat(response.error()).matches("a gave no answer within \\d+ ms");
        ZOO.verifyCalls(0, "b");
    }

    /** It answered in milliseconds until now. */
    @Test
    void aModelThatShouldHaveAnsweredLongAgoLeavesTimeForAnother() throws Exception {
        try (ModelServer hanging = ModelServer.hangingAfter(ModelLatency.MIN_ANSWERS);
                ModelServer other = ModelServer.repeating(new CountDownLatch(0))) {
            ZOO.open(
                    inference(FOREVER_MILLIS),
                    endpoint("a", hanging.base()).build(),
                    endpoint("b", other.base()).build());
            askUntilKnown("a");

            Response response = ZOO.infer(exploit("1", "a", "b"), FOREVER_MILLIS).response();
            Response hurried =
                    ZOO.infer(withTimeout(exploit("2", "a", "b"), 20_000), FOREVER_MILLIS)
                            .response();

            assertThat(response.model()).isEqualTo("b");
            assertThat(hurried.model()).isEqualTo("b");
            assertThat(hurried.candidates().get(0).error())
                    .matches("a gave no answer within \\d+ ms");
            assertThat(hanging.calls).hasValue(ModelLatency.MIN_ANSWERS + 2);
        }
    }

    @Test
    void anExploredRequestWaitsForNoModelThatShouldHaveAnsweredLongAgo() throws Exception {
        try (ModelServer hanging = ModelServer.hangingAfter(ModelLatency.MIN_ANSWERS);
                ModelServer other = ModelServer.repeating(new CountDownLatch(0))) {
            ZOO.open(
                    inference(FOREVER_MILLIS),
                    endpoint("a", hanging.base()).build(),
                    endpoint("b", other.base()).build());
            askUntilKnown("a");

            Response response = ZOO.infer(explore("1", "a", "b"), FOREVER_MILLIS).response();

            assertThat(response.model()).isEqualTo("b");
            assertThat(response.decision().mode()).isEqualTo("explore");
        }
    }

    /** Otherwise the request would fail, and its time would not be used. */
    @Test
    void theLastModelHasAllOfTheTime() throws Exception {
        try (ModelServer hanging = ModelServer.hangingAfter(ModelLatency.MIN_ANSWERS)) {
            ZOO.open(inference(FOREVER_MILLIS), endpoint("a", hanging.base()).build());
            askUntilKnown("a");

            Response response =
                    ZOO.infer(withTimeout(exploit("1", "a", "gone"), 3_000), FOREVER_MILLIS)
                            .response();

            assertThat(response.status()).isEqualTo("failed");
            assertThat(response.latencyMillis()).isGreaterThanOrEqualTo(2_900L);
        }
    }

    /** Once half of the time was given to the first model, and none had enough. */
    @Test
    void anAnswerThatTakesMoreThanHalfOfTheTimeAsUsualComes() throws Exception {
        ZOO.stub("a", okJson(completion("right", 100)).withFixedDelay(3_000));
        ZOO.answers("b", "right", 100);
        ZOO.open(inference(PATIENCE_MILLIS));
        askUntilKnown("a");

        Response response =
                ZOO.infer(withTimeout(exploit("1", "a", "b"), 5_000), PATIENCE_MILLIS).response();

        assertThat(response.model()).isEqualTo("a");
        assertThat(response.attempts()).isEqualTo(1);
        ZOO.verifyCalls(0, "b");
    }

    /** The model needs more than half of it. */
    @Test
    void anAnswerMayTakeAllOfTheSendersTime() throws Exception {
        ZOO.open(inference(PATIENCE_MILLIS));
        ZOO.stubInTurn(
                "a",
                okJson(completion("right", 100)),
                okJson(completion("right", 100)).withFixedDelay(3_000));
        assertThat(ZOO.ask("a").get().ok()).isTrue();

        Response response =
                ZOO.infer(withTimeout(exploit("1", "a"), 5_000), PATIENCE_MILLIS).response();

        assertThat(response.status()).isEqualTo("ok");
        assertThat(response.attempts()).isEqualTo(1);
    }

    @Test
    void tellsForHowLongTheModelIsUnavailable() throws Exception {
        ZOO.stub("a", aResponse().withStatus(500));
        ZOO.answers("b", "right", 300);
        ZOO.open(oneAttempt().breaker(breaker(1)).build());

        InferenceOutcome first = ZOO.infer(exploit("1", "a", "b"));
        InferenceOutcome second = ZOO.infer(exploit("2", "a", "b"));

        assertThat(first.measurements().get(0).unavailableMillis()).isPositive();
        assertThat(first.measurements().get(1).unavailableMillis()).isZero();
        assertThat(second.measurements()).extracting(Measurement::model).containsExactly("b");
        assertThat(first.response().model()).isEqualTo("b");
        assertThat(first.response().decision().mode()).isEqualTo("fallback");
        assertThat(second.response().model()).isEqualTo("b");
        assertThat(second.response().decision().mode()).isEqualTo("exploit");
        ZOO.verifyCalls(1, "a");
        assertThat(ZOO.model("b").statistics().fallbacks.sum()).isEqualTo(1);
    }

    /** Routing counts from when it reads the feedback, which is after the next model answered. */
    @Test
    void tellsForHowLongTheModelIsUnavailableAsOfTheOutcome() throws Exception {
        ZOO.stub("a", aResponse().withStatus(500));
        ZOO.stub("b", okJson(completion("right", 100)).withFixedDelay(1_500));
        ZOO.open(oneAttempt().breaker(breaker(1, 2_000)).build());

        InferenceOutcome outcome = ZOO.infer(exploit("1", "a", "b"));

        assertThat(outcome.response().status()).isEqualTo("ok");
        assertThat(outcome.measurements().get(0).unavailableMillis()).isLessThan(1_000);
    }

    @Test
    void ifAllBreakersAreOpenTheRequestWaitsForOneToClose() throws Exception {
        ZOO.stub("a", aResponse().withStatus(500));
        ZOO.stub("b", aResponse().withStatus(500));
        ZOO.open(oneAttempt().breaker(breaker(1, 400)).build());
        ZOO.infer(exploit("1", "a", "b"), PATIENCE_MILLIS);
        assertThat(ZOO.places("b").breakerState()).isEqualTo(State.OPEN);

        CompletableFuture<InferenceOutcome> waiting =
                ZOO.begin(exploit("2", "a", "b"), PATIENCE_MILLIS);
        assertThat(waiting).isNotDone();
        ZOO.answers("a", "right", 1);
        ZOO.answers("b", "right", 1);

        assertThat(waiting.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).response().status())
                .isEqualTo("ok");
    }

    /** Has a model answer as often as it takes to know how long it takes. */
    private static void askUntilKnown(String model) throws Exception {
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < ModelLatency.MIN_ANSWERS; i++) {
            asked.add(ZOO.ask(model));
        }
        for (CompletableFuture<Answer> answer : asked) {
            assertThat(answer.get().ok()).isTrue();
        }
    }

    /** A model that answered is not waited for as one that may have to load. */
    private static void answersOnceAndHangs(String model) throws Exception {
        ZOO.stubInTurn(
                model,
                okJson(completion("right", 100)),
                okJson("{}").withFixedDelay((int) PATIENCE_MILLIS));
        assertThat(ZOO.ask(model).get().ok()).isTrue();
    }
}
