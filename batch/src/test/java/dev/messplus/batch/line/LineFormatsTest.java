package dev.messplus.batch.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.DecisionSummary;
import dev.messplus.record.Json;
import dev.messplus.record.ModelOutputBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import dev.messplus.record.TokenCounts;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LineFormatsTest {

    private static final String LINE =
            "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":%s}";

    private static final RequestId ID = new RequestId("batch_0123456789abcdef", 17, "a\"b");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "{\"custom_id\":\"a\",\"body\":{}} | OPENAI",
                "{\"custom_id\":\"a\", broken | OPENAI",
                "{\"prompt\":\"p\"} | REQUESTS",
                "{\"prompt\": | REQUESTS",
                "Why is the sky blue? | PROMPTS",
                "[1] | PROMPTS"
            })
    void theFirstLineSaysWhatTheLinesAre(String line, LineFormats format) {
        assertThat(LineFormats.of(utf8(line))).isEqualTo(format);
    }

    @Test
    void anOpenAiLineIsARequest() throws Exception {
        LineRequest line =
                openAi(
                        """
                        {"model": "gold", "messages": [{"role": "user", "content": "p"}], "stream": false,
                         "temperature": 0.5, "max_tokens": 7, "stop": null, "modalities": ["text"],
                         "metadata": {"k": "v"}, "reference": "r", "metric": "f1", "timeout_ms": 5}""",
                        true);
        assertThat(line.customId()).isEqualTo("a");
        assertThat(line.request())
                .isEqualTo(
                        json(
                                """
                                {"sla": "gold", "messages": [{"role": "user", "content": "p"}], "reference": "r",
                                 "metric": "f1", "timeout_ms": 5,
                                 "params": {"temperature": 0.5, "max_tokens": 7, "metadata": {"k": "v"}}}"""));
    }

    @Test
    void anSlaThatIsSaidGoesBeforeTheModel() throws Exception {
        assertThat(openAi("{\"model\":\"gpt-9\",\"messages\":[]}", false).request())
                .isEqualTo(json("{\"sla\":\"silver\",\"messages\":[]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "{\"custom_id\":\"a\" | is not JSON at column ",
                "{\"custom_id\":\"a\",\"custom_id\":\"b\"} | is not JSON at column ",
                "[] | must be one JSON object",
                "{\"method\":\"POST\"} | custom_id: is missing",
                "{\"custom_id\":7} | custom_id: must be a string of 1 to 200 characters",
                "{\"custom_id\":\"a\"} | method: must be \"POST\", was missing",
                "{\"custom_id\":\"a\",\"method\":\"GET\"} | method: must be \"POST\", was \"GET\"",
                "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/x\"} | url: must be \"/v1/chat/completions\", was \"/v1/x\"",
                "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"bdy\":{}} | bdy: is not a field of a batch's line; leave it out",
                "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":[]} | body: must be an object"
            })
    void whatIsWrongWithALineNamesItsField(String line, String error) {
        LineFormat format = LineFormats.OPENAI.lines(true);
        assertThatExceptionOfType(InvalidLineException.class)
                .isThrownBy(() -> format.read(utf8(line), "gold"))
                .withMessageStartingWith(error);
    }

    @Test
    void aLineThatIsNoUtf8IsInvalid() {
        assertThatExceptionOfType(InvalidLineException.class)
                .isThrownBy(
                        () ->
                                LineFormats.PROMPTS
                                        .lines(false)
                                        .read(new byte[] {'a', (byte) 0xff}, "gold"))
                .withMessage("is not valid UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "params.max_token: is unknown | body.max_token: is unknown",
                "params.mesages: is unknown; if it means messages, leave it out, because the job sets it | body.mesages: is unknown; did you mean messages?",
                "sla: unknown 'x'; known are gold | body.model: unknown 'x'; known are gold",
                "prompt: is missing or blank; send a prompt or messages | body.messages: is missing or blank; send a message with a text",
                "messages[0].role: must be | body.messages[0].role: must be"
            })
    void anErrorOfTheJobIsInTheWordsOfTheLine(String error, String inALine) {
        assertThat(LineFormats.OPENAI.lines(true).inWordsOfALine(error)).isEqualTo(inALine);
    }

    @Test
    void anAnswerIsALineOfOpenAisOutput() throws Exception {
        String result = LineFormats.OPENAI.lines(true).result(answer(answered()));
        assertThat(json(result))
                .isEqualTo(
                        json(
                                """
                                {"id": "batch_req_batch_0123456789abcdef_17", "custom_id": "a\\"b",
                                 "response": {"status_code": 200, "request_id": "batch_0123456789abcdef/17/a\\"b",
                                  "body": {"id": "chatcmpl-batch_0123456789abcdef/17/a\\"b", "object": "chat.completion",
                                   "created": 1700000000, "model": "small",
                                   "choices": [{"index": 0, "message": {"role": "assistant", "content": "4", "refusal": null,
                                     "tool_calls": [{"id": "c"}]}, "logprobs": null, "finish_reason": "tool_calls"}],
                                   "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4},
                                   "mess": {"request_id": "batch_0123456789abcdef/17/a\\"b", "sla": "gold", "score": 0.5,
                                    "waited_ms": 12, "latency_ms": 30}}},
                                 "error": null}"""));
    }

    @Test
    void aRequestWithoutAnAnswerHasTheErrorOfTheApi() throws Exception {
        LineFormat format = LineFormats.OPENAI.lines(true);
        JsonNode failed =
                json(
                        format.result(
                                answer(
                                        ResponseBuilder.builder(answered())
                                                .status(Response.FAILED)
                                                .error("a: HTTP 500")
                                                .build())));
        assertThat(failed.at("/response/status_code").asInt()).isEqualTo(502);
        assertThat(failed.at("/response/body/error"))
                .isEqualTo(
                        json(
                                """
                                {"message": "a: HTTP 500", "type": "server_error", "param": null, "code": "no_answer"}"""));
        JsonNode refused =
                json(
                        format.result(
                                answer(
                                        Response.refused(
                                                ID.text(), "gold", "params.n: must be 1"))));
        assertThat(refused.at("/response/status_code").asInt()).isEqualTo(400);
        assertThat(refused.at("/response/body/error"))
                .isEqualTo(
                        json(
                                """
                                {"message": "n: must be 1", "type": "invalid_request_error", "param": "n", "code": null}"""));
    }

    /** So that a batch that goes on knows what it has recorded. */
    @ParameterizedTest
    @EnumSource(LineFormats.class)
    void aResultSaysWhichLineItIsAbout(LineFormats formats) throws Exception {
        LineFormat format = formats.lines(true);
        for (Response response :
                new Response[] {answered(), Response.refused(ID.text(), null, "sla: is missing")}) {
            String result = format.result(answer(response));
            assertThat(format.lineOf(result)).isEqualTo(17);
            assertThat(json(result).get("custom_id").asText()).isEqualTo("a\"b");
        }
        for (String customId : new String[] {null, "x_9\",\"status\":\"invalid\""}) {
            String invalid =
                    format.error(
                            new RequestId("b", 99, customId), LineFormat.INVALID, "is \"bad\"");
            assertThat(format.lineOf(invalid)).isEqualTo(99);
            assertThat(json(invalid).toString()).contains("is \\\"bad\\\"");
        }
    }

    private static LineRequest openAi(String body, boolean slaOfLines) throws InvalidLineException {
        return LineFormats.OPENAI.lines(slaOfLines).read(utf8(LINE.formatted(body)), "silver");
    }

    private static LineAnswer answer(Response response) {
        return new LineAnswer(ID, response, Json.text(response), 1_700_000_000_123L);
    }

    private static Response answered() {
        return ResponseBuilder.builder()
                .id(ID.text())
                .sla("gold")
                .status(Response.OK)
                .model("small")
                .output(
                        ModelOutputBuilder.builder()
                                .text("4")
                                .toolCalls("[{\"id\":\"c\"}]")
                                .build())
                .score(0.5)
                .tokens(new TokenCounts(3, null, 1))
                .waitedMillis(12)
                .latencyMillis(30)
                .decision(new DecisionSummary("exploit", 0.5, 1, 2, 3, null))
                .build();
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return Json.MAPPER.readTree(text);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
