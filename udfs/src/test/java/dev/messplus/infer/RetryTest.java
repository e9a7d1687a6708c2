package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.messplus.fixture.Fixtures.NO_SERVER;
import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.completion;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.oneAttempt;
import static dev.messplus.fixture.Fixtures.prompt;
import static dev.messplus.fixture.Fixtures.with;
import static dev.messplus.fixture.Fixtures.withTimeout;
import static dev.messplus.infer.StubbedZoo.PATIENCE_MILLIS;
import static dev.messplus.infer.StubbedZoo.callsOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which calls are made again, and when. */
@Timeout(120)
class RetryTest {

    private static final int HUGE = 100_000;

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    @ParameterizedTest
    @ValueSource(ints = {408, 409, 425, 429, 500, 502, 503, 504, 520, 524, 529})
    void retriesATransientFailure(int status) throws Exception {
        failsThenAnswers(aResponse().withStatus(status).withBody("later"));

        Response response = infer("a", "b").response();

        assertThat(response.status()).isEqualTo("ok");
        assertThat(response.model()).isEqualTo("a");
        assertThat(response.decision().mode()).isEqualTo("exploit");
        assertThat(response.attempts()).isEqualTo(2);
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
    void retriesAfterACutConnection(Fault fault) throws Exception {
        failsThenAnswers(aResponse().withFault(fault));

        Response response = infer("a", "b").response();

        assertThat(response.model()).isEqualTo("a");
        assertThat(response.attempts()).isEqualTo(2);
    }

    @Test
    void waitsAsLongAsRetryAfterAsks() throws Exception {
        failsThenAnswers(aResponse().withStatus(429).withHeader("Retry-After", "1"));

        Response response = infer("a").response();

        assertThat(response.attempts()).isEqualTo(2);
        assertThat(response.latencyMillis()).isGreaterThanOrEqualTo(1_000);
    }

    @Test
    void waitsUntilALimitIsReset() throws Exception {
        failsThenAnswers(
                aResponse()
                        .withStatus(429)
                        .withHeader("x-ratelimit-remaining-tokens", "0")
                        .withHeader("x-ratelimit-reset-tokens", "1s"));

        assertThat(infer("a").response().latencyMillis()).isGreaterThanOrEqualTo(1_000);
    }

    /** No pause ends it. */
    @Test
    void doesNotRetryAQuotaThatIsUsedUp() throws Exception {
        ZOO.stub(
                "a",
                aResponse()
                        .withStatus(429)
                        .withBody(
                                """
                                {"error": {"message": "You exceeded your current quota.",
                                           "type": "insufficient_quota", "code": null}}
                                """));
        ZOO.answers("b", "right", 100);

        assertThat(infer("a", "b").response().model()).isEqualTo("b");
        ZOO.verifyCalls(1, "a");
    }

    @Test
    void doesNotWaitForARetryAfterTheDeadline() throws Exception {
        ZOO.stub("a", aResponse().withStatus(503).withHeader("Retry-After", "3600"));
        ZOO.answers("b", "right", 100);

        Response response = infer("a", "b").response();

        assertThat(response.model()).isEqualTo("b");
        assertThat(response.latencyMillis()).isLessThan(PATIENCE_MILLIS / 2);
        ZOO.verifyCalls(1, "a");
    }

    @Test
    void doesNotAskAgainInTheNextRoundBeforeRetryAfter() throws Exception {
        ZOO.stub("a", aResponse().withStatus(429).withHeader("Retry-After", "120"));
        ZOO.open(inference(PATIENCE_MILLIS));

        ZOO.infer(withTimeout(exploit("1", "a"), 2_000), PATIENCE_MILLIS);

        ZOO.verifyCalls(1, "a");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307, 400, 401, 403, 404, 413, 422, 501})
    void doesNotRetryAPermanentFailure(int status) throws Exception {
        ZOO.stub(
                "a",
                aResponse()
                        .withStatus(status)
                        .withHeader("Location", ZOO.baseUrl() + "/c/v1/chat/completions")
                        .withBody("no such\nthing"));
        ZOO.answers("b", "right", 100);

        InferenceOutcome outcome = infer("a", "b");

        assertThat(outcome.response().model()).isEqualTo("b");
        assertThat(outcome.measurements().get(0).error())
                .isEqualTo("a answered " + status + ": no such thing");
        ZOO.verifyCalls(1, "a");
        ZOO.verifyCalls(0, "c");
    }

    @Test
    void doesNotRetryAResponseThatIsNotACompletion() throws Exception {
        ZOO.stub("a", aResponse().withStatus(200).withBody("<html>It works!</html>"));
        ZOO.answers("b", "right", 100);

        InferenceOutcome outcome = infer("a", "b");

        assertThat(outcome.response().model()).isEqualTo("b");
        assertThat(outcome.measurements().get(0).error())
                .isEqualTo("a answered 200 without a chat completion: <html>It works!</html>");
        ZOO.verifyCalls(1, "a");
    }

    @Test
    void readsNoMoreThanMaxResponseBytes() throws Exception {
        ZOO.answers("a", "x".repeat(HUGE), 100);
        ZOO.answers("b", "right", 100);

        InferenceOutcome outcome = infer("a", "b");

        assertThat(outcome.response().model()).isEqualTo("b");
        assertThat(outcome.measurements().get(0).error())
                .isEqualTo("a answered more than 10000 bytes (inference.maxResponseBytes)");
    }

    /** They are many times as long as the answer, which was paid for. */
    @Test
    void readsLogProbabilitiesBeyondMaxResponseBytes() throws Exception {
        String logprobs = "{\"content\":[" + "0,".repeat(HUGE / 2) + "0]}";
        ZOO.stub(
                "a",
                okJson(
                        "{\"choices\":[{\"message\":{\"content\":\"right\"},\"logprobs\":%s}]}"
                                .formatted(logprobs)));
        ZOO.open(inference().maxResponseBytes(10_000).build());

        Response asked =
                ZOO.infer(
                                with(
                                        exploit("1", "a"),
                                        prompt("1").params("{\"logprobs\":true}").build()))
                        .response();
        Response notAsked = ZOO.infer(exploit("2", "a")).response();

        assertThat(asked.output().logprobs()).isEqualTo(logprobs);
        assertThat(notAsked.error()).contains("answered more than 10000 bytes");
    }

    /** As a proxy may do although nobody asked for it. */
    @Test
    void readsACompressedReply() throws Exception {
        ZOO.stub("a", compressed(completion("right", 100)));

        Response response = infer("a").response();

        assertThat(response.output().text()).isEqualTo("right");
        ZOO.verify(callsOf("a").withHeader("Accept-Encoding", equalTo("identity")));
    }

    @Test
    void readsNoMoreOfACompressedReplyThanMaxResponseBytes() throws Exception {
        ZOO.stub("a", compressed(completion("x".repeat(HUGE), 100)));

        assertThat(infer("a").response().error()).contains("answered more than 10000 bytes");
    }

    private static ResponseDefinitionBuilder compressed(String body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body.getBytes(UTF_8));
        }
        return aResponse().withHeader("Content-Encoding", "gzip").withBody(bytes.toByteArray());
    }

    @Test
    void quotesAnExcerptOfAHugeError() throws Exception {
        ZOO.stub("a", aResponse().withStatus(400).withBody("x".repeat(HUGE)));

        assertThat(infer("a").response().error()).hasSizeLessThan(300).endsWith("xxx…");
    }

    @Test
    void doesNotSendParametersThatAreNotAnObject() throws Exception {
        ZOO.open(inference().build());

        Response response =
                ZOO.infer(with(exploit("1", "a"), prompt("1").params("[]").build())).response();

        assertThat(response.error()).isEqualTo("a was not called: params must be a JSON object");
        assertThat(response.attempts()).isZero();
    }

    @Test
    void aServerThatIsGoneDoesNotUseUpAttempts() throws Exception {
        ZOO.open(oneAttempt().build(), endpoint("a", NO_SERVER).build());

        Response response = ZOO.infer(withTimeout(exploit("1", "a"), 1_000), 1_000).response();

        assertThat(response.latencyMillis()).isBetween(900L, 5_000L);
        assertThat(response.attempts()).isGreaterThan(3);
        assertThat(response.error()).startsWith("a could not be called: Connect to");
    }

    @Test
    void aServerThatIsGoneIsPassedOverAtOnceAndAskedAgainLater() throws Exception {
        ZOO.stub("b", aResponse().withStatus(400).withBody("no"));
        ZOO.open(
                inference().build(),
                endpoint("a", NO_SERVER).build(),
                endpoint("b", ZOO.baseUrl()).build());

        InferenceOutcome outcome = ZOO.infer(withTimeout(exploit("1", "a", "b"), 1_000), 1_000);

        // a may come back before the deadline; b will never take this request.
        assertThat(outcome.response().status()).isEqualTo("failed");
        assertThat(outcome.response().latencyMillis()).isBetween(900L, 5_000L);
        assertThat(ZOO.model("a").statistics().attempts.sum()).isGreaterThan(3);
        ZOO.verifyCalls(1, "b");
    }

    @Test
    void aServerThatComesBackHasAllItsAttempts() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        ZOO.open(inference().build(), endpoint("a", "http://localhost:" + port).build());
        CompletableFuture<InferenceOutcome> waiting =
                ZOO.begin(exploit("1", "a"), 2 * PATIENCE_MILLIS);
        // More calls than a server gets that answers, and fails.
        await().until(() -> ZOO.model("a").statistics().failedAttempts.sum() > 3);

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
            assertThat(
                            waiting.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                                    .response()
                                    .output()
                                    .text())
                    .isEqualTo("right");
        } finally {
            back.stop();
        }
    }

    private static void failsThenAnswers(ResponseDefinitionBuilder failure) {
        ZOO.stubInTurn("a", failure, okJson(completion("right", 100)));
    }

    private static InferenceOutcome infer(String... ranking) throws Exception {
        ZOO.open(inference().build());
        return ZOO.infer(exploit("1", ranking));
    }
}
