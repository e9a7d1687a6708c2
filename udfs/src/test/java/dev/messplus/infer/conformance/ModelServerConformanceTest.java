package dev.messplus.infer.conformance;

import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.energy.source.TokenPrices;
import dev.messplus.infer.OpenZoo;
import dev.messplus.infer.call.Answer;
import dev.messplus.infer.config.CallLimits;
import dev.messplus.infer.config.InferenceConfigBuilder;
import dev.messplus.infer.config.ModelEndpointBuilder;
import dev.messplus.infer.config.ModelUrl;
import dev.messplus.infer.scoring.Scoring;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import dev.messplus.score.ScoringConfig;
import dev.messplus.score.judge.Judge;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the client expects of model servers, on real ones that {@code real/serve} or somebody else
 * has started: {@code -Dmess.servers=model=url=kind=pid,...}. {@code real/check} runs it.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
@EnabledIfSystemProperty(
        named = "mess.servers",
        matches = ".+",
        disabledReason = "needs model servers: real/check starts some and runs this")
@Tag("model-servers")
@ExtendWith(ConformanceReport.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
class ModelServerConformanceTest {

    private static final long PATIENCE_MILLIS = 300_000;
    private static final int SLOTS = 4;
    private static final int GRADES = 5;
    private static final int GRADED = 20;
    private static final Duration QUIET = Duration.ofSeconds(3);

    /** What base models continue as well. */
    private static final String CAPITALS = "France: Paris\nSpain: Madrid\nGermany: Berlin\nItaly:";

    private final RealServer server;
    private OpenZoo zoo;
    private int asked;

    ModelServerConformanceTest(RealServer server) {
        this.server = server;
    }

    static List<RealServer> servers() {
        return RealServer.parse(System.getProperty("mess.servers", ""));
    }

    @BeforeEach
    void open() throws Exception {
        zoo = zoo(inference());
    }

    @AfterEach
    void close() throws Exception {
        zoo.close();
    }

    private OpenZoo zoo(InferenceConfigBuilder config) throws Exception {
        return OpenZoo.of(
                config.requestTimeoutMillis(PATIENCE_MILLIS).maxResponseBytes(1 << 20).build(),
                List.of(endpoint(server.model).build()));
    }

    private ModelEndpointBuilder endpoint(String model) {
        return ModelEndpointBuilder.builder()
                .id("m")
                .url(ModelUrl.of(server.url))
                .model(model)
                .limits(new CallLimits(1_000, 0, 0))
                .energy(new TokenPrices(1, 1));
    }

    @Test
    @Order(1)
    @DisplayName("usage: tokens of the prompt and of the answer")
    void usage() throws Exception {
        Answer answer = answered(CAPITALS, "{'max_tokens':4}");

        assertThat(answer.completion().usage().promptTokens()).isBetween(10, 40);
        assertThat(answer.completion().usage().completionTokens()).isBetween(1, 4);
        assertThat(answer.completion().output().finishReason()).isIn("length", "stop");
    }

    @Test
    @Order(2)
    @DisplayName("usage: cached tokens of a prompt that was sent before")
    void cachedTokens() throws Exception {
        // vLLM keeps full blocks of a prompt alone: 16 tokens by default, 128 on a CPU.
        String prompt = "Towns and countries. ".repeat(64) + CAPITALS;
        answered(prompt, "{'max_tokens':2}");

        Integer cached = answered(prompt, "{'max_tokens':2}").completion().usage().cachedTokens();

        assumeTrue(cached != null, "not reported");
        assertThat(cached).isPositive();
    }

    @Test
    @Order(3)
    @DisplayName("time of work, which is less than the time of the call")
    void workSeconds() throws Exception {
        long startNanos = System.nanoTime();
        Answer answer = answered(CAPITALS, "{'max_tokens':32}");
        double seconds = (System.nanoTime() - startNanos) / 1e9;

        double work = answer.completion().usage().workSeconds();
        assumeTrue(!Double.isNaN(work), "not reported");
        assertThat(work).isPositive().isLessThan(seconds);
    }

    @Test
    @Order(4)
    @DisplayName("`logprobs` reach the response")
    void logprobs() throws Exception {
        Answer answer = answered(CAPITALS, "{'max_tokens':3,'logprobs':true,'top_logprobs':2}");

        JsonNode tokens =
                Json.MAPPER.readTree(answer.completion().output().logprobs()).path("content");
        assertThat(tokens).hasSize(answer.completion().usage().completionTokens());
        assertThat(tokens.path(0).path("logprob").doubleValue()).isNotPositive();
        assertThat(tokens.path(0).path("top_logprobs")).hasSize(2);
    }

    @Test
    @Order(5)
    @DisplayName("`stop`")
    void stop() throws Exception {
        Answer answer = answered(CAPITALS, "{'max_tokens':64,'temperature':0,'stop':['\\n']}");

        assertThat(answer.completion().output().text()).doesNotContain("\n");
        assertThat(answer.completion().output().finishReason()).isEqualTo("stop");
    }

    @Test
    @Order(6)
    @DisplayName("`seed`: the same answer again")
    void seed() throws Exception {
        String params = "{'max_tokens':16,'temperature':1,'seed':7}";

        String first = answered(CAPITALS, params).completion().output().text();

        assertThat(answered(CAPITALS, params).completion().output().text()).isEqualTo(first);
    }

    @Test
    @Order(7)
    @DisplayName("`tools`: calls reach the response")
    void tools() throws Exception {
        String tool =
                "{'type':'function','function':{'name':'weather','parameters':{'type':'object',"
                        + "'properties':{'city':{'type':'string','maxLength':10}},'required':['city']}}}";
        Answer answer =
                ask(
                        "What is the weather in Bern?",
                        "{'max_tokens':200,'temperature':0,'tools':[%s],'tool_choice':'required'}"
                                .formatted(tool));

        assumeTrue(answer.ok(), "refused");
        String called = answer.completion().output().toolCalls();
        assumeTrue(called != null, "accepted; the model calls none");
        JsonNode calls = Json.MAPPER.readTree(called);
        assertThat(calls.path(0).path("function").path("name").asText()).isEqualTo("weather");
    }

    @Test
    @Order(8)
    @DisplayName("`response_format` with a JSON schema")
    void schema() throws Exception {
        String schema =
                "{'type':'object','properties':{'capital':{'type':'string','maxLength':12}},"
                        + "'required':['capital'],'additionalProperties':false}";
        Answer answer =
                answered(
                        CAPITALS,
                        "{'max_tokens':100,'temperature':0,'response_format':{'type':'json_schema',"
                                + "'json_schema':{'name':'c','schema':%s}}}".formatted(schema));

        JsonNode json = Json.MAPPER.readTree(answer.completion().output().text());
        assertThat(json.path("capital").isTextual()).isTrue();
    }

    @Test
    @Order(9)
    @DisplayName("a prompt beyond the context is the request's fault, and not tried again")
    void tooLong() throws Exception {
        Answer answer = ask("word ".repeat(60_000), "{'max_tokens':4}");

        assertThat(answer.ok()).isFalse();
        assertThat(answer.attempts()).isOne();
        assertThat(answer.retryLater()).isFalse();
        assertThat(answer.error()).contains("m answered 400").containsIgnoringCase("context");
    }

    @Test
    @Order(10)
    @DisplayName("an unknown model is refused")
    void unknownModel() throws Exception {
        try (OpenZoo other =
                OpenZoo.of(
                        inference().requestTimeoutMillis(PATIENCE_MILLIS).build(),
                        List.of(endpoint("no-such-model").build()))) {
            Answer answer =
                    other.ask("m", request(CAPITALS, "{'max_tokens':2}"), PATIENCE_MILLIS).get();

            assumeTrue(!answer.ok(), "no: it answers with the model that it has");
            assertThat(answer.attempts()).isOne();
            assertThat(answer.error()).contains("404");
        }
    }

    @Test
    @Order(11)
    @DisplayName("a parameter that the server refuses is the request's fault")
    void refusedParameter() throws Exception {
        Answer answer =
                ask(
                        CAPITALS,
                        "{'max_tokens':4,'response_format':{'type':'json_schema',"
                                + "'json_schema':{'name':'c','schema':{'type':'no-such-type'}}}}");

        assertThat(answer.ok()).isFalse();
        assertThat(answer.attempts()).isOne();
        assertThat(answer.error()).contains("m answered 400");
        assertThat(zoo.places("m").breakerState()).isEqualTo(State.CLOSED);
    }

    @Test
    @Order(12)
    @DisplayName("`max_tokens` beyond the context")
    void maxTokens() throws Exception {
        Answer answer = ask(CAPITALS, "{'max_tokens':1000000,'temperature':0,'stop':['\\n']}");

        assumeTrue(answer.ok(), "refused with 400");
        assertThat(answer.completion().usage().completionTokens()).isBetween(1, 100);
    }

    @Test
    @Order(13)
    @DisplayName("Unicode in prompts and answers")
    void unicode() throws Exception {
        for (int tokens = 1; tokens <= 8; tokens++) {
            Answer answer =
                    answered(
                            "猫: 🐱\n犬: 🐶\nzürich: ☃️\n馬: 🐴\n牛:",
                            "{'max_tokens':%d,'temperature':1,'seed':%d}"
                                    .formatted(tokens, tokens));

            assertThat(answer.completion().output().text()).isNotNull();
        }
    }

    @Test
    @Order(14)
    @DisplayName("an answer of 1,000 tokens")
    void longAnswer() throws Exception {
        Answer answer = ask(CAPITALS, "{'max_tokens':1000,'ignore_eos':true}");

        assertThat(answer.ok()).describedAs(answer.error()).isTrue();
        assertThat(answer.completion().usage().completionTokens()).isEqualTo(1_000);
        assertThat(answer.completion().output().finishReason()).isEqualTo("length");
    }

    @Test
    @Order(15)
    @DisplayName("a client that leaves: its slot is free")
    void clientLeaves() throws Exception {
        assumeTrue(server.hasMetrics(), "no metrics");
        // Most calls use a connection that another has opened.
        answered(CAPITALS, "{'max_tokens':1}");
        CompletableFuture<Answer> left =
                zoo.ask("m", request(CAPITALS, "{'max_tokens':4000,'ignore_eos':true}"), 3_000);
        await().until(() -> server.running() == 1);

        assertThat(left.get().error()).contains("gave no answer within");

        // The answer would take a minute. llama.cpp looks for clients that left only when it had no
        // other result for a second, and its metrics are one.
        await().pollDelay(QUIET).pollInterval(QUIET).until(() -> server.running() == 0);
    }

    @Test
    @Order(16)
    @DisplayName(
            "64 calls at a time on 4 slots: all are answered, and the queue shows in the metrics")
    void burst() throws Exception {
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 16 * SLOTS; i++) {
            answers.add(
                    zoo.ask(
                            "m",
                            request(i + ". " + CAPITALS, "{'max_tokens':8}"),
                            PATIENCE_MILLIS));
        }
        if (server.hasMetrics()) {
            await().until(() -> server.waiting() > 0);
        }

        for (CompletableFuture<Answer> answer : answers) {
            assertThat(answer.get().ok()).describedAs(answer.get().error()).isTrue();
        }
    }

    /** A small model grades badly, but it grades. */
    @Test
    @Order(17)
    @DisplayName("a judge's grades, by the probability of each")
    void judge() throws Exception {
        Answer answer = answered(CAPITALS, "{'max_tokens':4,'temperature':0}");
        var config = new Judge.Config("m", null, GRADES, true, 8, PATIENCE_MILLIS);
        List<Double> scores = new ArrayList<>();
        try (Scoring judge = zoo.scoring(ScoringConfig.of(config))) {
            for (int i = 0; i < GRADED; i++) {
                scores.add(
                        judge.score(
                                        request(CAPITALS, "{}"),
                                        answer,
                                        OpenZoo.deadline(PATIENCE_MILLIS))
                                .get()
                                .score());
            }
        }
        List<Double> graded = scores.stream().filter(score -> !score.isNaN()).toList();

        assertThat(graded)
                .as("scores %s", scores)
                .hasSizeGreaterThan(GRADED / 2)
                .allSatisfy(score -> assertThat(score).isBetween(0.0, 1.0));
        // Without probabilities, each is one of the grades.
        assumeTrue(
                graded.stream().anyMatch(score -> score * (GRADES - 1) % 1 != 0),
                "grades alone: it reports no probabilities");
    }

    @Test
    @Order(18)
    @DisplayName("a pause: the call is answered afterwards")
    void pause() throws Exception {
        assumeTrue(server.isOwn(), "not run: the process is not ours");
        CompletableFuture<Answer> answer;
        server.pause();
        try {
            answer = zoo.ask("m", request(CAPITALS, "{'max_tokens':4}"), PATIENCE_MILLIS);
            Answer gaveUp = zoo.ask("m", request(CAPITALS, "{'max_tokens':4}"), 2_000).get();
            assertThat(gaveUp.error()).contains("gave no answer within");
            assertThat(answer).isNotDone();
        } finally {
            server.resume();
        }
        assertThat(answer.get().ok()).describedAs(answer.get().error()).isTrue();
    }

    @Test
    @Order(19)
    @DisplayName("`kill -9`: a call in flight may be tried again, and calls are answered later")
    void killed() throws Exception {
        assumeTrue(server.isOwn(), "not run: the process is not ours");
        CompletableFuture<Answer> inFlight =
                zoo.ask("m", request(CAPITALS, "{'max_tokens':4000,'ignore_eos':true}"), 60_000);
        await().until(() -> !server.hasMetrics() || server.running() == 1);
        ProcessBuilder command = server.kill();

        Answer broken = inFlight.get();
        assertThat(broken.ok()).isFalse();
        assertThat(broken.retryLater()).isTrue();

        server.start(command);
        // vLLM takes more than half a minute until it answers.
        await().atMost(Duration.ofMillis(PATIENCE_MILLIS))
                .until(() -> ask(CAPITALS, "{'max_tokens':2}").ok());
    }

    private Answer answered(String prompt, String params) throws Exception {
        Answer answer = ask(prompt, params);
        assertThat(answer.ok()).describedAs(answer.error()).isTrue();
        assertThat(answer.attempts()).isOne();
        return answer;
    }

    private Answer ask(String prompt, String params) throws Exception {
        return zoo.ask("m", request(prompt, params), PATIENCE_MILLIS).get();
    }

    /** A request; apostrophes in its parameters stand for quotation marks. */
    private PromptRequest request(String prompt, String params) {
        String content = Json.text(Json.MAPPER.valueToTree(prompt));
        return prompt("" + asked++)
                .messages("[{\"role\":\"user\",\"content\":" + content + "}]")
                .params(params.replace('\'', '"'))
                .build();
    }
}
