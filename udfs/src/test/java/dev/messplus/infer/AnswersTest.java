package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static dev.messplus.fixture.Fixtures.breaker;
import static dev.messplus.fixture.Fixtures.completionWithoutUsage;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.explore;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.oneAttempt;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.JobFeedback;
import dev.messplus.record.Json;
import dev.messplus.record.Measurement;
import dev.messplus.record.Response;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a model answers is passed on, and scored where there is text. */
@Timeout(60)
class AnswersTest {

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    /** A score of 1 is for the output "right"; none is for an answer that is not scored. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            nullValues = "-",
            value = {
                "vllm-text | right | - | - | - | stop | 1",
                "vllm-tool-call | - | [{'id':'chatcmpl-tool-1','type':'function','function':{'name':'weather','arguments':'{\\'city\\': \\'Zürich\\'}'}}] | - | - | tool_calls | -",
                "vllm-reasoning | right | - | - | First, what is asked? | stop | 1",
                "vllm-reasoning-cut | - | - | - | First, what is | length | 0",
                "llama-cpp-text | right | - | - | - | stop | 1",
                "llama-cpp-tool-call | - | [{'type':'function','id':'call-1','function':{'name':'weather','arguments':'{\\'city\\':\\'Bern\\'}'}}] | - | The forecast is needed. | tool_calls | -",
                "ollama-text | right | - | - | - | stop | 1",
                "ollama-tool-call | ^^ | [{'id':'call_1','index':0,'type':'function','function':{'name':'weather','arguments':'{\\'city\\':\\'Genf\\'}'}}] | - | - | tool_calls | -",
                "ollama-reasoning-cut | ^^ | - | - | First, what is | length | 0",
                "sglang-text | right | - | - | - | stop | 1",
                "sglang-tool-call | - | [{'id':'call_1','index':0,'type':'function','function':{'name':'weather','arguments':'{\\'city\\': \\'Chur\\'}'}}] | - | The forecast is needed. | tool_calls | -",
                "openai-text | right | - | - | - | stop | 1",
                "openai-tool-call | - | [{'id':'call_1','type':'function','function':{'name':'weather','arguments':'{\\'city\\':\\'Basel\\'}'}},{'id':'call_2','type':'custom','custom':{'name':'shell','input':'date'}}] | - | - | tool_calls | -",
                "openai-function-call | - | [{'type':'function','function':{'name':'weather','arguments':'{\\'city\\':\\'Basel\\'}'}}] | - | - | function_call | -",
                "openai-refusal | - | - | I cannot help with that. | - | stop | -",
                "openai-content-filter | ^^ | - | - | - | content_filter | 0",
                "openai-length-empty | ^^ | - | - | - | length | 0",
                "openai-content-parts | right | - | No more than that. | - | stop | 1",
            })
    void answersArePassedOnWhole(
            String name,
            String output,
            String toolCalls,
            String refusal,
            String reasoning,
            String finishReason,
            Double score)
            throws Exception {
        ZOO.stub("a", okJson(RecordedAnswers.json(name)));
        ZOO.answers("b", "right", 100);
        ZOO.open(inference().build());

        InferenceOutcome outcome = ZOO.infer(exploit("1", "a", "b"));

        JsonNode response = Json.MAPPER.readTree(Json.bytes(outcome.response()));
        assertThat(response.path("status").asText()).isEqualTo("ok");
        assertThat(response.path("model").asText()).isEqualTo("a");
        assertThat(text(response, "output")).isEqualTo(output);
        assertThat(response.has("tool_calls") ? response.get("tool_calls").toString() : null)
                .isEqualTo(toolCalls == null ? null : toolCalls.replace('\'', '"'));
        assertThat(text(response, "refusal")).isEqualTo(refusal);
        assertThat(text(response, "reasoning_content")).isEqualTo(reasoning);
        assertThat(text(response, "finish_reason")).isEqualTo(finishReason);
        assertThat(outcome.response().score())
                .isEqualTo(Double.valueOf(score == null ? Double.NaN : score));
        assertThat(outcome.measurements())
                .extracting(Measurement::source)
                .containsExactly(score == null ? JobFeedback.METER : JobFeedback.SCORER);
        assertThat(Json.MAPPER.readValue(Json.bytes(outcome.response()), Response.class))
                .isEqualTo(outcome.response());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vllm-tool-call",
                "ollama-tool-call",
                "openai-refusal",
                "openai-length-empty",
                "vllm-reasoning-cut"
            })
    void answersWithoutTextOpenNoBreaker(String name) throws Exception {
        ZOO.stub("a", okJson(RecordedAnswers.json(name)));
        ZOO.open(oneAttempt().breaker(breaker(4)).build());

        for (int i = 0; i < 12; i++) {
            assertThat(ZOO.infer(exploit("" + i, "a")).response().status()).isEqualTo("ok");
        }

        assertThat(ZOO.places("a").breakerState()).isEqualTo(State.CLOSED);
    }

    /** Counted as it was predicted, a model that answers nothing would look like a good one. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'content':null}", "{'content':''}", "{'content':[]}"})
    void anAnswerOfNothingIsScored(String message) throws Exception {
        ZOO.stub(
                "a",
                okJson("{\"choices\":[{\"message\":%s}]}".formatted(message.replace('\'', '"'))));
        ZOO.open(inference().build());

        Response response = ZOO.infer(exploit("1", "a")).response();

        assertThat(response.status()).isEqualTo("ok");
        assertThat(response.score()).isEqualTo(0);
    }

    /** What was generated before SGLang's {@code abort} or vLLM's {@code error} is no answer. */
    @ParameterizedTest
    @ValueSource(strings = {"vllm-error", "sglang-abort"})
    void anAnswerThatTheServerDidNotFinishIsAskedForAgain(String name) throws Exception {
        ZOO.stubInTurn(
                "a", okJson(RecordedAnswers.json(name)), okJson(completionWithoutUsage("right")));
        ZOO.open(inference().build());

        Response response = ZOO.infer(exploit("1", "a")).response();

        assertThat(response.output().text()).isEqualTo("right");
        assertThat(response.attempts()).isEqualTo(2);
    }

    /** Routing expects 0.9 of a and 0.8 of b, and "wrong" scores 0. */
    @Test
    void ofTheAnswersToAnExploredRequestAToolCallCountsAsItWasPredicted() throws Exception {
        ZOO.stub("a", okJson(RecordedAnswers.json("vllm-tool-call")));
        ZOO.answers("b", "wrong", 100);
        ZOO.open(inference().build());

        assertThat(ZOO.infer(explore("1", "a", "b")).response().model()).isEqualTo("a");
        ZOO.answers("b", "right", 100);
        Response better = ZOO.infer(explore("2", "a", "b")).response();

        assertThat(better.model()).isEqualTo("b");
        JsonNode candidate = Json.MAPPER.readTree(Json.bytes(better)).path("candidates").path(0);
        assertThat(candidate.path("tool_calls").isArray()).isTrue();
        assertThat(candidate.path("finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(candidate.has("error")).isFalse();
    }

    /** As a server sends it that cuts a text within an emoji. UTF-8 has no such character. */
    @Test
    void aToolCallWithHalfACharacterCanBeWritten() throws Exception {
        String calls = "[{\"function\":{\"arguments\":\"\\ud83d and \\ud83d\\ude00\"}}]";
        ZOO.stub("a", okJson("{\"choices\":[{\"message\":{\"tool_calls\":%s}}]}".formatted(calls)));
        ZOO.open(inference().build());

        Response response = ZOO.infer(exploit("1", "a")).response();

        assertThat(new String(Json.bytes(response), UTF_8).toLowerCase(Locale.ROOT))
                .contains(calls.replace("\\ud83d and", "\\ufffd and"));
    }

    private static String text(JsonNode response, String field) {
        return response.has(field) ? response.get(field).textValue() : null;
    }
}
