package dev.messplus.score.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.ModelServer;
import dev.messplus.record.Json;
import dev.messplus.record.ModelOutput;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScoringException;
import dev.messplus.testkit.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HttpScorerTest {

    private final List<JsonNode> bodies = new ArrayList<>();
    private final AtomicReference<String> authorization = new AtomicReference<>();
    private volatile int status = 200;
    private volatile String reply = "{\"score\": 0.8}";
    private TestServer service;

    @BeforeEach
    void start() throws Exception {
        service =
                new TestServer()
                        .on(
                                "/score",
                                exchange -> {
                                    bodies.add(Json.MAPPER.readTree(exchange.getRequestBody()));
                                    authorization.set(
                                            exchange.getRequestHeaders().getFirst("Authorization"));
                                    exchange.getResponseHeaders().set("Location", "/other");
                                    TestServer.json(exchange, status, reply);
                                });
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private Scorer scorer(String url, String apiKey) {
        return new HttpScorer.Config(url, apiKey, null, 5_000, 64).open(null);
    }

    private CompletableFuture<Score> score(Scorer scorer) {
        ModelOutput output = new ModelOutput("Fine.", "[{\"id\":\"t\"}]", null, null, null, "stop");
        return scorer.score(
                new AnsweredRequest(
                        PromptRequestBuilder.builder(Fixtures.request("42"))
                                .messages("[{\"role\":\"user\",\"content\":\"How are you?\"}]")
                                .metadata("{\"team\":\"a\"}")
                                .references(List.of("Well."))
                                .metric("f1")
                                .build(),
                        "small",
                        output,
                        "Fine."),
                System.nanoTime() + TimeUnit.SECONDS.toNanos(30));
    }

    private Score score() {
        return score(scorer(service.url() + "/score", null)).join();
    }

    @Test
    void theServiceGetsRequestAndAnswerAndItsScoreCounts() {
        assertThat(score()).isEqualTo(Score.of(0.8));

        JsonNode body = bodies.get(0);
        assertThat(body.path("id").asText()).isEqualTo("42");
        assertThat(body.path("model").asText()).isEqualTo("small");
        assertThat(body.at("/messages/0/content").asText()).isEqualTo("How are you?");
        assertThat(body.path("output").asText()).isEqualTo("Fine.");
        assertThat(body.at("/tool_calls/0/id").asText()).isEqualTo("t");
        assertThat(body.at("/references/0").asText()).isEqualTo("Well.");
        assertThat(body.path("metric").asText()).isEqualTo("f1");
        assertThat(body.at("/metadata/team").asText()).isEqualTo("a");
        assertThat(authorization.get()).isNull();
    }

    @Test
    void theServiceMayHaveNothingToSay() {
        reply = "{\"score\": null}";
        assertThat(score().isKnown()).isFalse();
        status = 204;
        reply = "";
        assertThat(score().isKnown()).isFalse();
    }

    @Test
    void whatIsNoScoreIsAFailureThatSaysWhy() {
        for (String[] replyAndFailure :
                new String[][] {
                    {
                        "{\"score\": 1.5}",
                        "score: must be a number between 0 and 1, or null, was 1.5"
                    },
                    {"{\"score\": -0.1}", "was -0.1"},
                    {"{\"score\": NaN}", "was NaN"},
                    {"{\"score\": \"secret text\"}", "was STRING"},
                    {"{}", "was MISSING"},
                    {"[0.5]", "was MISSING"},
                    {"not json", "replied with something else than JSON"},
                    {"{\"x\":\"" + "y".repeat(70_000) + "\"}", "more than 65536 bytes"}
                }) {
            reply = replyAndFailure[0];
            assertThatThrownBy(this::score)
                    .cause()
                    .isInstanceOf(ScoringException.class)
                    .hasMessageContaining(replyAndFailure[1])
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void anErrorOrARedirectIsAFailure() {
        for (int bad : new int[] {301, 404, 500, 503}) {
            status = bad;
            assertThatThrownBy(this::score).hasMessageContaining("replied with status " + bad);
        }
    }

    @Test
    void aServiceThatIsDownIsAFailure() {
        service.close();

        assertThatThrownBy(this::score).hasMessageContaining("could not be called");
    }

    @Test
    void cancelingEndsTheWait() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        service.on("/slow", exchange -> ModelServer.await(never));
        CompletableFuture<Score> score = score(scorer(service.url() + "/slow", null));

        assertThat(score.cancel(true)).isTrue();

        assertThat(score).isCancelled();
        never.countDown();
    }

    @Test
    void theKeyIsSentAndNeverShown() throws Exception {
        HttpScorer.Config config =
                InstantiationUtil.clone(
                        new HttpScorer.Config(service.url() + "/score", "s3cret", null, 5_000, 64));

        assertThat(score(config.open(null)).join()).isEqualTo(Score.of(0.8));

        assertThat(authorization.get()).isEqualTo("Bearer s3cret");
        assertThat(config.toString()).doesNotContain("s3cret");
    }
}
