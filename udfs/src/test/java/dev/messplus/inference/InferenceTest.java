package dev.messplus.inference;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.messplus.inference.Requests.completion;
import static dev.messplus.inference.Requests.config;
import static dev.messplus.inference.Requests.exploit;
import static dev.messplus.inference.Requests.explore;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.matching.UrlPattern;
import dev.messplus.core.Mode;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.record.Candidate;
import dev.messplus.record.Feedback;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.Response;
import dev.messplus.record.RoutedRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class InferenceTest {

    private static final long PATIENCE = 20_000;
    private static final int HUGE = 100_000;

    @RegisterExtension
    static final WireMockExtension SERVERS =
            WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

    private ModelZoo zoo;

    @AfterEach
    void close() {
        zoo.close();
    }

    @Test
    void asksTheChosenModelAndMetersIt() throws Exception {
        answers("a", "right", 200);

        InferenceOutcome outcome = infer(exploit("7", "a", "b"), config(PATIENCE));

        Response response = outcome.response();
        assertThat(response.latencyMs()).isBetween(0L, PATIENCE);
        assertThat(response)
                .isEqualTo(
                        new Response(
                                "7",
                                "gold",
                                "ok",
                                "a",
                                "right",
                                "exploit",
                                0.9,
                                1.0,
                                2.0,
                                METERED,
                                null,
                                null,
                                5,
                                2,
                                response.latencyMs(),
                                1,
                                2.5,
                                17,
                                77,
                                null,
                                null,
                                "{\"tag\":1}"));
        assertThat(outcome.feedback())
                .containsExactly(
                        new Feedback(
                                "7", "gold", "a", 1.0, 2.0, 5, 2, true, "scorer", null, null,
                                METERED, null, null, 77L));
        SERVERS.verify(
                1,
                postRequestedFor(path("a"))
                        .withHeader("Authorization", equalTo("Bearer " + Requests.KEY))
                        .withHeader("Content-Type", equalTo("application/json"))
                        .withRequestBody(
                                equalToJson(
                                        "{\"model\":\"served-a\",\"max_tokens\":8,\"messages\":"
                                                + "[{\"role\":\"user\",\"content\":\"hi 7\"}]}")));
        SERVERS.verify(0, postRequestedFor(path("b")));
    }

    @Test
    void warmingUpIsAMode() throws Exception {
        answers("a", "x", 200);

        InferenceOutcome outcome = infer(Requests.routed("1", Mode.WARM_UP, "a"), config(PATIENCE));

        assertThat(outcome.response().mode()).isEqualTo("warm_up");
    }

    @Test
    void withoutUsageJoulesAreUnknown() throws Exception {
        stub("a", okJson("{\"choices\":[{\"message\":{\"content\":\"right\"}}]}"));

        InferenceOutcome outcome = infer(exploit("1", "a"), config(PATIENCE));

        assertThat(outcome.response().energyJoules()).isNull();
        assertThat(outcome.response().energySource()).isNull();
        assertThat(outcome.response().promptTokens()).isNull();
        assertThat(outcome.feedback())
                .containsExactly(
                        new Feedback(
                                "1", "gold", "a", 1.0, null, null, null, true, "scorer", null, null,
                                null, null, null, 77L));
    }

    @Test
    void anAnswerThatCannotBeScoredIsServed() throws Exception {
        answers("a", "right", 200);
        Scorer broken =
                (request, output) -> {
                    throw new IllegalStateException("scorer");
                };

        InferenceOutcome outcome = infer(exploit("1", "a"), config(PATIENCE), broken);

        assertThat(outcome.response().output()).isEqualTo("right");
        assertThat(outcome.response().score()).isNull();
        assertThat(outcome.feedback()).extracting(Feedback::source).containsExactly("meter");
    }

    @Test
    void aScoreOutOfRangeIsNoScore() throws Exception {
        answers("a", "right", 200);

        InferenceOutcome outcome = infer(exploit("1", "a"), config(PATIENCE), (r, o) -> 1.5);

        assertThat(outcome.response().score()).isNull();
    }

    @Nested
    class Retries {

        @ParameterizedTest
        @ValueSource(ints = {408, 429, 500, 502, 503, 504})
        void callsAgainAfterAPassingFailure(int status) throws Exception {
            failsThenAnswers("a", aResponse().withStatus(status).withBody("later"));

            Response response = infer(exploit("1", "a", "b"), config(PATIENCE)).response();

            assertThat(response.status()).isEqualTo("ok");
            assertThat(response.model()).isEqualTo("a");
            assertThat(response.mode()).isEqualTo("exploit");
            assertThat(response.attempts()).isEqualTo(2);
        }

        @Test
        void waitsAsLongAsTheServerAsks() throws Exception {
            failsThenAnswers("a", aResponse().withStatus(429).withHeader("Retry-After", "1"));

            Response response = infer(exploit("1", "a"), config(PATIENCE)).response();

            assertThat(response.attempts()).isEqualTo(2);
            assertThat(response.latencyMs()).isGreaterThanOrEqualTo(1_000);
        }

        @Test
        void doesNotWaitForWhatComesAfterTheDeadline() throws Exception {
            stub("a", aResponse().withStatus(503).withHeader("Retry-After", "3600"));
            answers("b", "right", 100);

            Response response = infer(exploit("1", "a", "b"), config(PATIENCE)).response();

            assertThat(response.model()).isEqualTo("b");
            assertThat(response.latencyMs()).isLessThan(PATIENCE / 2);
            SERVERS.verify(1, postRequestedFor(path("a")));
        }

        @ParameterizedTest
        @EnumSource(
                value = Fault.class,
                names = {
                    "EMPTY_RESPONSE",
                    "CONNECTION_RESET_BY_PEER",
                    "MALFORMED_RESPONSE_CHUNK",
                    "RANDOM_DATA_THEN_CLOSE"
                })
        void callsAgainAfterACutConnection(Fault fault) throws Exception {
            failsThenAnswers("a", aResponse().withFault(fault));

            Response response = infer(exploit("1", "a", "b"), config(PATIENCE)).response();

            assertThat(response.model()).isEqualTo("a");
            assertThat(response.attempts()).isEqualTo(2);
        }

        @ParameterizedTest
        @ValueSource(ints = {301, 307, 400, 401, 403, 404, 413, 422, 501})
        void doesNotRepeatWhatWouldFailAgain(int status) throws Exception {
            stub(
                    "a",
                    aResponse()
                            .withStatus(status)
                            .withHeader("Location", SERVERS.baseUrl() + "/c/v1/chat/completions")
                            .withBody("no such\nthing"));
            answers("b", "right", 100);

            InferenceOutcome outcome = infer(exploit("1", "a", "b"), config(PATIENCE));

            assertThat(outcome.response().model()).isEqualTo("b");
            assertThat(outcome.feedback().get(0).error())
                    .isEqualTo("a answered " + status + ": no such thing");
            SERVERS.verify(1, postRequestedFor(path("a")));
            SERVERS.verify(0, postRequestedFor(path("c")));
        }

        @Test
        void doesNotRepeatGarbage() throws Exception {
            stub("a", aResponse().withStatus(200).withBody("<html>It works!</html>"));
            answers("b", "right", 100);

            InferenceOutcome outcome = infer(exploit("1", "a", "b"), config(PATIENCE));

            assertThat(outcome.response().model()).isEqualTo("b");
            assertThat(outcome.feedback().get(0).error())
                    .isEqualTo("a answered 200 without a chat completion: <html>It works!</html>");
            SERVERS.verify(1, postRequestedFor(path("a")));
        }

        @Test
        void readsNoMoreThanItsLimit() throws Exception {
            answers("a", "x".repeat(HUGE), 100);
            answers("b", "right", 100);

            InferenceOutcome outcome = infer(exploit("1", "a", "b"), config(PATIENCE));

            assertThat(outcome.response().model()).isEqualTo("b");
            assertThat(outcome.feedback().get(0).error())
                    .isEqualTo("a answered more than maxResponseBytes=10000 bytes");
        }

        @Test
        void quotesNoMoreThanAnExcerptOfAHugeError() throws Exception {
            stub("a", aResponse().withStatus(400).withBody("x".repeat(HUGE)));

            InferenceOutcome outcome = infer(exploit("1", "a"), config(PATIENCE));

            assertThat(outcome.response().error()).hasSizeLessThan(300).endsWith("xxx…");
        }

        @Test
        void parametersThatAreNoObjectAreNotSent() throws Exception {
            RoutedRequest routed = exploit("1", "a");
            PromptRequest r = routed.request();
            PromptRequest wrong =
                    new PromptRequest(
                            "1",
                            r.sla(),
                            r.text(),
                            r.messages(),
                            "[]",
                            List.of(),
                            null,
                            null,
                            0,
                            0);

            InferenceOutcome outcome = infer(with(routed, wrong), config(PATIENCE));

            assertThat(outcome.response().error())
                    .isEqualTo("a was not called: params must be a JSON object");
            assertThat(outcome.response().attempts()).isZero();
        }
    }

    @Nested
    class FallingBack {

        @Test
        void asksTheNextOfTheRanking() throws Exception {
            stub("b", aResponse().withStatus(500).withBody("boom"));
            answers("a", "wrong", 300);

            InferenceOutcome outcome = infer(exploit("1", "b", "a", "c"), config(PATIENCE));

            Response response = outcome.response();
            assertThat(response.status()).isEqualTo("ok");
            assertThat(response.model()).isEqualTo("a");
            assertThat(response.mode()).isEqualTo("fallback");
            assertThat(response.predictedScore()).isEqualTo(0.8);
            assertThat(response.attempts()).isEqualTo(1);
            assertThat(response.error()).isNull();
            assertThat(outcome.feedback())
                    .containsExactly(
                            new Feedback(
                                    "1",
                                    "gold",
                                    "b",
                                    null,
                                    null,
                                    null,
                                    null,
                                    false,
                                    "meter",
                                    "b answered 500: boom",
                                    null,
                                    null,
                                    null,
                                    null,
                                    77L),
                            new Feedback(
                                    "1", "gold", "a", 0.0, 3.0, 5, 2, true, "scorer", null, null,
                                    METERED, null, null, 77L));
            SERVERS.verify(3, postRequestedFor(path("b")));
            SERVERS.verify(0, postRequestedFor(path("c")));
        }

        @Test
        void aHangLeavesTimeForTheNextModel() throws Exception {
            stub("a", okJson("{}").withFixedDelay(30_000));
            answers("b", "right", 100);

            InferenceOutcome outcome = infer(exploit("1", "a", "b"), config(4_000));

            assertThat(outcome.response().model()).isEqualTo("b");
            assertThat(outcome.response().latencyMs()).isBetween(2_000L, 4_000L);
            assertThat(outcome.feedback().get(0).error())
                    .matches("a gave no answer within \\d+ ms");
        }

        @Test
        void aServerThatIsNotThereIsNamedWhenTheTimeIsUp() throws Exception {
            InferenceConfig oneAttempt =
                    new InferenceConfig(
                            PATIENCE, 1_000, 1, 10, 50, 10_000, BreakerConfig.defaults());
            ModelEndpoint gone = Requests.model("a", "http://127.0.0.1:1", 1);
            zoo = ModelZoo.open(List.of(gone), oneAttempt, false);

            Response response = infer(exploit("1", "a"), 1_000, TRUTH).response();

            assertThat(response.latencyMs()).isBetween(900L, 5_000L);
            assertThat(response.attempts()).isGreaterThan(3);
            assertThat(response.error()).startsWith("a could not be called: ConnectException");
        }

        @Test
        void aModelThatLeftTheZooIsPassedOver() throws Exception {
            answers("a", "right", 100);

            InferenceOutcome outcome = infer(exploit("1", "gone", "a"), config(PATIENCE));

            assertThat(outcome.response().model()).isEqualTo("a");
            assertThat(outcome.feedback().get(0).error()).isEqualTo("gone is not in the zoo");
        }

        @Test
        void whenAllFailTheRequestFailsWithEveryReason() throws Exception {
            stub("a", aResponse().withStatus(400).withBody("bad"));
            stub("b", aResponse().withStatus(503));

            InferenceOutcome outcome = infer(exploit("1", "a", "b"), config(PATIENCE));

            Response response = outcome.response();
            assertThat(response.status()).isEqualTo("failed");
            assertThat(response.model()).isEqualTo("b");
            assertThat(response.mode()).isEqualTo("exploit");
            assertThat(response.output()).isNull();
            assertThat(response.energyJoules()).isNull();
            assertThat(response.attempts()).isEqualTo(3);
            assertThat(response.error()).isEqualTo("a answered 400: bad; b answered 503");
            assertThat(response.metadata()).isEqualTo("{\"tag\":1}");
            assertThat(outcome.feedback())
                    .extracting(Feedback::model, Feedback::served, Feedback::error)
                    .containsExactly(
                            tuple("b", false, "b answered 503"),
                            tuple("a", true, "a answered 400: bad"));
        }

        @Test
        void theDeadlineEndsEvenTheLastModel() throws Exception {
            stub("a", okJson("{}").withFixedDelay(30_000));
            stub("b", aResponse().withStatus(503).withFixedDelay(100));
            InferenceConfig stubborn =
                    new InferenceConfig(
                            1_200, 1_000, 1_000, 50, 50, 1_000, BreakerConfig.defaults());

            Response response = infer(exploit("1", "a", "b"), stubborn).response();

            assertThat(response.status()).isEqualTo("failed");
            assertThat(response.latencyMs()).isBetween(1_000L, 3_000L);
            assertThat(response.error()).contains("a gave no answer within", "b ", "503");
        }
    }

    @Nested
    class Exploring {

        @Test
        void servesTheBestByTruth() throws Exception {
            answers("a", "wrong", 100);
            answers("b", "right", 300);
            answers("c", "wrong", 200);

            InferenceOutcome outcome = infer(explore("1", "a", "b", "c"), config(PATIENCE));

            Response response = outcome.response();
            assertThat(response.model()).isEqualTo("b");
            assertThat(response.mode()).isEqualTo("explore");
            assertThat(response.predictedScore()).isEqualTo(0.8);
            assertThat(response.score()).isEqualTo(1);
            assertThat(response.candidates())
                    .containsExactly(
                            new Candidate("a", "wrong", 0.0, 1.0, null),
                            new Candidate("b", "right", 1.0, 3.0, null),
                            new Candidate("c", "wrong", 0.0, 2.0, null));
            assertThat(outcome.feedback())
                    .containsExactly(
                            new Feedback(
                                    "1", "gold", "a", 0.0, 1.0, 5, 2, false, "scorer", null, null,
                                    METERED, null, null, 77L),
                            new Feedback(
                                    "1", "gold", "c", 0.0, 2.0, 5, 2, false, "scorer", null, null,
                                    METERED, null, null, 77L),
                            new Feedback(
                                    "1", "gold", "b", 1.0, 3.0, 5, 2, true, "scorer", null, null,
                                    METERED, null, null, 77L));
        }

        @Test
        void servesTheFirstRankedOfEquallyGoodAnswers() throws Exception {
            answers("a", "wrong", 100);
            answers("b", "right", 300);
            answers("c", "right", 200);

            InferenceOutcome outcome = infer(explore("1", "a", "b", "c"), config(PATIENCE));

            assertThat(outcome.response().model()).isEqualTo("b");
        }

        @Test
        void withoutTruthServesTheBestByPrediction() throws Exception {
            answers("a", "x", 100);
            answers("b", "y", 1);
            answers("c", "z", 1);
            RoutedRequest routed = explore("1", "a", "b", "c");
            routed.predictedScores()[1] = 0.95;

            InferenceOutcome outcome = infer(routed, config(PATIENCE), (r, o) -> Double.NaN);

            assertThat(outcome.response().model()).isEqualTo("b");
            assertThat(outcome.response().score()).isNull();
            assertThat(outcome.feedback())
                    .extracting(Feedback::served, Feedback::source, Feedback::score)
                    .containsExactly(
                            tuple(false, "meter", null),
                            tuple(false, "meter", null),
                            tuple(true, "meter", null));
        }

        @Test
        void leavesOutAModelThatFails() throws Exception {
            stub("a", aResponse().withStatus(400));
            answers("b", "wrong", 100);
            answers("c", "right", 100);

            InferenceOutcome outcome = infer(explore("1", "a", "b", "c"), config(PATIENCE));

            assertThat(outcome.response().model()).isEqualTo("c");
            assertThat(outcome.response().mode()).isEqualTo("explore");
            assertThat(outcome.response().candidates().get(0))
                    .isEqualTo(new Candidate("a", null, null, null, "a answered 400"));
            assertThat(outcome.feedback())
                    .extracting(Feedback::model, Feedback::served, Feedback::error)
                    .containsExactly(
                            tuple("a", false, "a answered 400"),
                            tuple("b", false, null),
                            tuple("c", true, null));
        }

        @Test
        void aHangCostsTheDeadlineAndNotTheAnswer() throws Exception {
            stub("a", okJson("{}").withFixedDelay(30_000));
            answers("b", "right", 100);

            Response response = infer(explore("1", "a", "b"), config(2_000)).response();

            assertThat(response.model()).isEqualTo("b");
            assertThat(response.candidates().get(0).error())
                    .matches("a gave no answer within \\d+ ms");
        }

        @Test
        void whenAllFailTheRequestFails() throws Exception {
            stub("a", aResponse().withStatus(400));
            stub("b", aResponse().withStatus(404));

            InferenceOutcome outcome = infer(explore("1", "a", "b"), config(PATIENCE));

            assertThat(outcome.response().status()).isEqualTo("failed");
            assertThat(outcome.response().mode()).isEqualTo("explore");
            assertThat(outcome.response().model()).isEqualTo("a");
            assertThat(outcome.response().error()).isEqualTo("a answered 400; b answered 404");
            assertThat(outcome.response().candidates()).hasSize(2);
            assertThat(outcome.feedback())
                    .extracting(Feedback::model, Feedback::served)
                    .containsExactly(tuple("b", false), tuple("a", true));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 401, 500})
    void theKeyIsInNoRecordEvenIfTheServerQuotesIt(int status) throws Exception {
        stub(
                "a",
                aResponse()
                        .withStatus(status)
                        .withBody("wrong key " + Requests.KEY + ", I said " + Requests.KEY));

        InferenceOutcome outcome = infer(exploit("1", "a"), config(PATIENCE));

        String json = new String(Json.bytes(outcome), StandardCharsets.UTF_8);
        assertThat(json).contains("wrong key ***, I said ***").doesNotContain(Requests.KEY);
    }

    @Test
    void theKeyIsNotQuotedWhenAServerTalksNoHttp() throws Exception {
        ModelEndpoint wrongPort =
                new ModelEndpoint(
                        "a",
                        SERVERS.baseUrl().replace("http:", "https:"),
                        "a",
                        CallLimits.inFlight(1),
                        Requests.KEY,
                        null,
                        new EnergyConfig.Constant(1));
        zoo = ModelZoo.open(List.of(wrongPort), config(PATIENCE), false);

        InferenceOutcome outcome = infer(exploit("1", "a"), PATIENCE, TRUTH);

        assertThat(outcome.response().error())
                .startsWith("a could not be called: ")
                .doesNotContain(Requests.KEY);
    }

    private static final String METERED = "response (estimated)";

    private static final Scorer TRUTH =
            (request, output) -> request.references().contains(output) ? 1 : 0;

    private InferenceOutcome infer(RoutedRequest routed, InferenceConfig config) throws Exception {
        return infer(routed, config, TRUTH);
    }

    private InferenceOutcome infer(RoutedRequest routed, InferenceConfig config, Scorer scorer)
            throws Exception {
        zoo = ModelZoo.open(Requests.zoo(SERVERS.baseUrl()), config, false);
        return infer(routed, config.requestTimeoutMillis(), scorer);
    }

    private InferenceOutcome infer(RoutedRequest routed, long timeoutMillis, Scorer scorer)
            throws Exception {
        return new Inference(zoo, timeoutMillis, scorer).infer(routed).get(1, TimeUnit.MINUTES);
    }

    private static RoutedRequest with(RoutedRequest routed, PromptRequest request) {
        return new RoutedRequest(
                request,
                routed.mode(),
                routed.ranking(),
                routed.asked(),
                Arrays.copyOf(routed.predictedScores(), routed.ranking().size()),
                routed.estimatedJoules(),
                routed.pressure(),
                routed.t(),
                77);
    }

    private static UrlPattern path(String model) {
        return urlEqualTo("/" + model + "/v1/chat/completions");
    }

    private static MappingBuilder call(String model) {
        return post(path(model));
    }

    private static void stub(String model, ResponseDefinitionBuilder response) {
        SERVERS.stubFor(call(model).willReturn(response));
    }

    private static void answers(String model, String content, int cpuMillis) {
        stub(model, okJson(completion(content, cpuMillis)));
    }

    private static void failsThenAnswers(String model, ResponseDefinitionBuilder failure) {
        SERVERS.stubFor(
                call(model).inScenario(model).willReturn(failure).willSetStateTo("recovered"));
        SERVERS.stubFor(
                call(model)
                        .inScenario(model)
                        .whenScenarioStateIs("recovered")
                        .willReturn(okJson(completion("right", 100))));
    }
}
