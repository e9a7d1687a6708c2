package dev.messplus.inference;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.messplus.inference.Requests.completion;
import static dev.messplus.inference.Requests.exploit;
import static dev.messplus.inference.Requests.explore;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.record.Feedback;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Breakers, limits, hedges and deadlines, against servers on real sockets. */
@Timeout(60)
class ResilienceTest {

    @RegisterExtension
    static final WireMockExtension SERVERS =
            WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

    private static final long PATIENCE_MILLIS = 30_000;
    private static final long FOR_GOOD_MILLIS = 3_600_000;

    /** Half of the last four calls, and one trial. */
    private static final BreakerConfig EVER_OPEN = new BreakerConfig(50, 4, 4, FOR_GOOD_MILLIS, 1);

    private ModelZoo zoo;

    @AfterEach
    void close() {
        zoo.close();
    }

    @Test
    void aModelThatKeepsFailingIsLeftAlone() throws Exception {
        stub(aResponse().withStatus(500));
        zoo = zoo(CallLimits.inFlight(4), EVER_OPEN);

        for (int i = 0; i < 4; i++) {
            assertThat(ask().get().error()).isEqualTo("a answered 500");
        }
        Answer refused = ask().get();

        assertThat(refused.attempts()).isZero();
        assertThat(refused.error())
                .matches("a was not called: its circuit breaker is open for another \\d+ ms");
        assertThat(refused.unavailableMillis()).isBetween(1L, FOR_GOOD_MILLIS);
        assertThat(gate().breakerState()).isEqualTo(2);
        verify(4);
    }

    @Test
    void theFailureThatOpensTheBreakerSaysSo() throws Exception {
        stub(aResponse().withStatus(503));
        zoo = zoo(CallLimits.inFlight(4), EVER_OPEN);

        for (int i = 0; i < 3; i++) {
            assertThat(ask().get().unavailableMillis()).isZero();
        }
        assertThat(ask().get().unavailableMillis()).isPositive();
    }

    @Test
    void requestsThatAreWrongBlameNoServer() throws Exception {
        stub(aResponse().withStatus(422));
        zoo = zoo(CallLimits.inFlight(4), EVER_OPEN);

        for (int i = 0; i < 12; i++) {
            assertThat(ask().get().attempts()).isEqualTo(1);
        }
        assertThat(gate().breakerState()).isZero();
    }

    @Test
    void oneThatRecoversIsTriedAndTakenBack() throws Exception {
        stub(aResponse().withStatus(500));
        zoo = zoo(CallLimits.inFlight(4), new BreakerConfig(50, 4, 4, 50, 1));
        for (int i = 0; i < 4; i++) {
            ask().get();
        }
        assertThat(gate().breakerState()).isEqualTo(2);

        stub(okJson(completion("right", 1)));

        await().until(() -> ask().get().ok());
        assertThat(gate().breakerState()).isZero();
        assertThat(gate().unavailableMillis()).isZero();
    }

    @Test
    void whenTheBreakerOpensNobodyIsLeftWaitingInLine() throws Exception {
        try (ModelServer hanging = ModelServer.repeating(new CountDownLatch(1))) {
            zoo =
                    ModelZoo.open(
                            List.of(Requests.model("a", hanging.base(), 1)),
                            config(1_000, new BreakerConfig(50, 1, 1, FOR_GOOD_MILLIS, 1)),
                            false);
            CompletableFuture<Answer> first = ask(300);
            await().until(() -> hanging.inFlight.get() == 1);
            CompletableFuture<Answer> inLine = ask(PATIENCE_MILLIS);

            assertThat(first.get().error()).contains("gave no answer within");
            assertThat(inLine.get(5, TimeUnit.SECONDS).error()).contains("breaker is open");
        }
    }

    @Test
    void requestsInAHurryDoNotCloseAModelToAllOthers() throws Exception {
        try (ModelServer hanging = ModelServer.repeating(new CountDownLatch(1))) {
            zoo =
                    ModelZoo.open(
                            List.of(Requests.model("a", hanging.base(), 8)),
                            config(60_000, EVER_OPEN),
                            false);
            for (int i = 0; i < 8; i++) {
                RoutedRequest hurried = within(exploit("" + i, "a"), 50);
                assertThat(infer(hurried).response().attempts()).isEqualTo(1);
            }
            assertThat(gate().breakerState()).isZero();
        }
    }

    @Test
    void requestsWithADeadlineOfTheirOwnCloseAModelThatHangs() throws Exception {
        try (ModelServer hanging = ModelServer.repeating(new CountDownLatch(1));
                ModelServer other = ModelServer.repeating(new CountDownLatch(0))) {
            zoo =
                    ModelZoo.open(
                            List.of(
                                    Requests.model("a", hanging.base(), 8),
                                    Requests.model("b", other.base(), 8)),
                            config(60_000, EVER_OPEN),
                            false);
            List<CompletableFuture<InferenceOutcome>> asked = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                // Half of which is for the first model.
                RoutedRequest routed = within(exploit("" + i, "a", "b"), 2_400);
                asked.add(new Inference(zoo, 60_000, (request, output) -> 1).infer(routed));
            }

            for (CompletableFuture<InferenceOutcome> outcome : asked) {
                assertThat(outcome.get().response().model()).isEqualTo("b");
            }
            assertThat(gate().breakerState()).isEqualTo(2);
        }
    }

    @Test
    void callsBeginNoFasterThanTheRateLimit() throws Exception {
        stub(okJson(completion("right", 1)));
        zoo = zoo(new CallLimits(8, 1, 0), BreakerConfig.defaults());

        // Whatever part of the first second is left, there are not three seconds in it.
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            asked.add(ask(200));
        }
        List<Answer> answers = asked.stream().map(CompletableFuture::join).toList();

        assertThat(answers).filteredOn(Answer::ok).hasSizeBetween(1, 2);
        assertThat(answers)
                .filteredOn(answer -> !answer.ok())
                .allSatisfy(
                        answer -> {
                            assertThat(answer.attempts()).isZero();
                            assertThat(answer.error()).contains("callsPerSecond=1");
                        });
        assertThat(gate().breakerState()).isZero();
    }

    @Test
    void aLateAnswerIsAskedForASecondTime() throws Exception {
        SERVERS.stubFor(
                post(urlEqualTo("/a/v1/chat/completions"))
                        .inScenario("late")
                        .willReturn(okJson(completion("late", 1)).withFixedDelay(20_000))
                        .willSetStateTo("asked"));
        SERVERS.stubFor(
                post(urlEqualTo("/a/v1/chat/completions"))
                        .inScenario("late")
                        .whenScenarioStateIs("asked")
                        .willReturn(okJson(completion("right", 1))));
        zoo = zoo(new CallLimits(2, 0, 50), BreakerConfig.defaults());

        Answer answer = ask().get(10, TimeUnit.SECONDS);

        assertThat(answer.completion().content()).isEqualTo("right");
        assertThat(answer.attempts()).isEqualTo(2);
        assertThat(zoo.callers().get("a").statistics().hedges.sum()).isEqualTo(1);
        // Both slots are free again.
        stub(okJson(completion("right", 1)));
        assertThat(ask().get().ok()).isTrue();
        assertThat(ask().get().ok()).isTrue();
    }

    @Test
    void anAnswerInTimeIsNotAskedForTwice() throws Exception {
        stub(okJson(completion("right", 1)));
        zoo = zoo(new CallLimits(2, 0, 20_000), BreakerConfig.defaults());

        assertThat(ask().get().attempts()).isEqualTo(1);
        verify(1);
    }

    @Test
    void theSenderMaySetACloserDeadline() throws Exception {
        stub(okJson(completion("right", 1)).withFixedDelay(20_000));
        zoo = zoo(CallLimits.inFlight(4), BreakerConfig.defaults());

        InferenceOutcome outcome = infer(within(exploit("1", "a"), 200));

        assertThat(outcome.response().status()).isEqualTo("failed");
        assertThat(outcome.response().latencyMs()).isBetween(150L, 10_000L);
    }

    @Test
    void whatNobodyCouldMeasureIsAssumedAndSaidSo() throws Exception {
        stub(okJson("{\"choices\":[{\"message\":{\"content\":\"right\"}}]}"));
        zoo = zoo(CallLimits.inFlight(4), BreakerConfig.defaults());
        RoutedRequest routed = exploit("1", "a");

        InferenceOutcome outcome = infer(estimated(routed, 12.5));

        assertThat(outcome.response().energyJoules()).isEqualTo(12.5);
        assertThat(outcome.response().energySource())
                .isEqualTo("running estimate without response (estimated)");
        Feedback feedback = outcome.feedback().get(0);
        assertThat(feedback.energyJoules()).isEqualTo(12.5);
        assertThat(feedback.energyAssumed()).isTrue();
        assertThat(feedback.energySource()).isEqualTo(outcome.response().energySource());
        assertThat(zoo.callers().get("a").statistics().assumed.sum()).isEqualTo(1);
    }

    @Test
    void exploringTellsServedAndExploredJoulesApart() throws Exception {
        stub("a", okJson(completion("right", 100)));
        stub("b", okJson(completion("wrong", 300)));
        zoo =
                ModelZoo.open(
                        Requests.zoo(SERVERS.baseUrl()), config(PATIENCE_MILLIS, EVER_OPEN), false);

        InferenceOutcome outcome = infer(explore("1", "a", "b"));

        assertThat(outcome.response().energyJoules()).isEqualTo(1);
        assertThat(outcome.response().explorationJoules()).isEqualTo(3);
        assertThat(outcome.response().failedJoules()).isNull();
    }

    @Test
    void theDecisionIsToldHowLongToLeaveAModelAlone() throws Exception {
        stub("a", aResponse().withStatus(500));
        stub("b", okJson(completion("right", 300)));
        zoo =
                ModelZoo.open(
                        Requests.zoo(SERVERS.baseUrl()),
                        config(PATIENCE_MILLIS, new BreakerConfig(50, 1, 1, FOR_GOOD_MILLIS, 1)),
                        false);

        for (int i = 0; i < 2; i++) {
            InferenceOutcome outcome = infer(exploit("1", "a", "b"));

            assertThat(outcome.response().model()).isEqualTo("b");
            assertThat(outcome.response().mode()).isEqualTo("fallback");
            assertThat(outcome.feedback().get(0).unavailableMillis()).isPositive();
            assertThat(outcome.feedback().get(1).unavailableMillis()).isNull();
        }
        SERVERS.verify(1, postRequestedFor(urlEqualTo("/a/v1/chat/completions")));
        assertThat(zoo.callers().get("b").statistics().fallbacks.sum()).isEqualTo(2);
    }

    @Test
    void whenAllAreGoneTheRequestWaitsForOneToComeBack() throws Exception {
        stub("a", aResponse().withStatus(500));
        stub("b", aResponse().withStatus(500));
        zoo =
                ModelZoo.open(
                        Requests.zoo(SERVERS.baseUrl()),
                        config(PATIENCE_MILLIS, new BreakerConfig(50, 1, 1, 400, 1)),
                        false);
        infer(exploit("1", "a", "b"));
        assertThat(zoo.callers().get("b").gate().breakerState()).isEqualTo(2);

        CompletableFuture<InferenceOutcome> waiting =
                new Inference(zoo, PATIENCE_MILLIS, (request, output) -> 1)
                        .infer(exploit("2", "a", "b"));
        assertThat(waiting).isNotDone();
        stub("a", okJson(completion("right", 1)));
        stub("b", okJson(completion("right", 1)));

        assertThat(waiting.get(10, TimeUnit.SECONDS).response().status()).isEqualTo("ok");
    }

    @Test
    void aServerThatIsGoneIsPassedOverAtOnceAndAskedAgainLater() throws Exception {
        stub("b", aResponse().withStatus(400).withBody("no"));
        ModelEndpoint gone = Requests.model("a", "http://127.0.0.1:1", 4);
        zoo =
                ModelZoo.open(
                        List.of(gone, Requests.zoo(SERVERS.baseUrl()).get(1)),
                        Requests.config(PATIENCE_MILLIS),
                        false);

        InferenceOutcome outcome = infer(exploit("1", "a", "b"), 1_000);

        // a may be back before the time is up; b will not take this request, ever.
        assertThat(outcome.response().status()).isEqualTo("failed");
        assertThat(outcome.response().latencyMs()).isBetween(900L, 5_000L);
        assertThat(zoo.callers().get("a").statistics().calls.sum()).isGreaterThan(3);
        SERVERS.verify(1, postRequestedFor(urlEqualTo("/b/v1/chat/completions")));
    }

    @Test
    void aServerThatIsGoneIsWaitedForAndHasAllItsAttemptsOnceItIsBack() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        zoo =
                ModelZoo.open(
                        List.of(Requests.model("a", "http://localhost:" + port, 4)),
                        Requests.config(PATIENCE_MILLIS),
                        false);
        CompletableFuture<InferenceOutcome> waiting =
                new Inference(zoo, PATIENCE_MILLIS, (request, output) -> 1)
                        .infer(exploit("1", "a"));
        // More calls than a server gets that is there, and fails.
        await().until(() -> zoo.callers().get("a").statistics().failures.sum() > 3);

        WireMockServer back = new WireMockServer(wireMockConfig().port(port));
        back.stubFor(any(anyUrl()).willReturn(okJson(completion("right", 1))));
        back.stubFor(
                any(anyUrl())
                        .inScenario("warming up")
                        .whenScenarioStateIs(Scenario.STARTED)
                        .willReturn(aResponse().withStatus(503))
                        .willSetStateTo("warm"));
        back.start();
        try {
            assertThat(waiting.get(20, TimeUnit.SECONDS).response().output()).isEqualTo("right");
        } finally {
            back.stop();
        }
    }

    @Test
    void exploringWithoutAnAnswerTurnsToThoseThatWereLeftAlone() throws Exception {
        stub("a", aResponse().withStatus(400));
        stub("b", okJson(completion("right", 300)));
        zoo =
                ModelZoo.open(
                        Requests.zoo(SERVERS.baseUrl()), config(PATIENCE_MILLIS, EVER_OPEN), false);
        RoutedRequest both = explore("1", "a", "b");
        RoutedRequest onlyOne =
                new RoutedRequest(
                        both.request(),
                        both.mode(),
                        both.ranking(),
                        1,
                        both.predictedScores(),
                        both.estimatedJoules(),
                        both.pressure(),
                        both.t(),
                        77);

        InferenceOutcome outcome = infer(onlyOne);

        assertThat(outcome.response().model()).isEqualTo("b");
        assertThat(outcome.feedback()).extracting(Feedback::served).containsExactly(false, true);
    }

    private InferenceOutcome infer(RoutedRequest routed) throws Exception {
        return infer(routed, PATIENCE_MILLIS);
    }

    private InferenceOutcome infer(RoutedRequest routed, long timeoutMillis) throws Exception {
        Scorer scorer = (request, output) -> request.references().contains(output) ? 1 : 0;
        return new Inference(zoo, timeoutMillis, scorer)
                .infer(routed)
                .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The same of a sender who waits so long. */
    private static RoutedRequest within(RoutedRequest routed, long millis) {
        PromptRequest asked = routed.request();
        PromptRequest hurried =
                new PromptRequest(
                        asked.id(),
                        asked.sla(),
                        asked.text(),
                        asked.messages(),
                        asked.params(),
                        asked.references(),
                        asked.metric(),
                        asked.metadata(),
                        0,
                        millis);
        return new RoutedRequest(
                hurried,
                routed.mode(),
                routed.ranking(),
                routed.asked(),
                routed.predictedScores(),
                routed.estimatedJoules(),
                routed.pressure(),
                routed.t(),
                77);
    }

    private static RoutedRequest estimated(RoutedRequest routed, double joules) {
        return new RoutedRequest(
                routed.request(),
                routed.mode(),
                routed.ranking(),
                routed.asked(),
                routed.predictedScores(),
                new double[] {joules},
                routed.pressure(),
                routed.t(),
                77);
    }

    private CompletableFuture<Answer> ask() {
        return ask(PATIENCE_MILLIS);
    }

    private CompletableFuture<Answer> ask(long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        return zoo.ask("a", exploit("1", "a").request(), 0, deadline);
    }

    private ModelGate gate() {
        return zoo.callers().get("a").gate();
    }

    private static ModelZoo zoo(CallLimits limits, BreakerConfig breaker) throws Exception {
        EnergyConfig energy = Requests.CPU_TIME;
        ModelEndpoint endpoint =
                new ModelEndpoint(
                        "a", SERVERS.baseUrl() + "/a/v1", "a", limits, null, null, energy);
        return ModelZoo.open(List.of(endpoint), config(PATIENCE_MILLIS, breaker), false);
    }

    /** One attempt, so that calls can be counted. */
    private static InferenceConfig config(long timeoutMillis, BreakerConfig breaker) {
        return new InferenceConfig(timeoutMillis, 1_000, 1, 10, 50, 10_000, breaker);
    }

    private static void stub(ResponseDefinitionBuilder response) {
        stub("a", response);
    }

    private static void stub(String model, ResponseDefinitionBuilder response) {
        SERVERS.stubFor(
                post(urlEqualTo("/" + model + "/v1/chat/completions")).willReturn(response));
    }

    private static void verify(int calls) {
        SERVERS.verify(calls, postRequestedFor(urlEqualTo("/a/v1/chat/completions")));
    }
}
