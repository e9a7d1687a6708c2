package dev.messplus.infer.openai;

import static dev.messplus.fixture.Fixtures.CPU_TIME;
import static dev.messplus.fixture.Fixtures.prompt;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.Usage;
import dev.messplus.infer.RecordedAnswers;
import dev.messplus.record.ModelOutputBuilder;
import dev.messplus.record.OwnerParams;
import dev.messplus.record.PromptRequest;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatJsonTest {

    private static final String MESSAGES =
            "[{\"role\":\"user\",\"content\":\"Grüß \\\"Gott\\\"\"}]";

    @Test
    void writesModelAndMessages() throws IOException {
        assertThat(request(null))
                .isEqualTo("{\"model\":\"m \\\"1\\\"\",\"messages\":" + MESSAGES + "}");
    }

    @Test
    void addsTheParameters() throws IOException {
        assertThat(request("{\"max_tokens\": 16, \"stop\": [\"a\", {\"b\": null}], \"top_p\":0.1}"))
                .endsWith(
                        MESSAGES
                                + ",\"max_tokens\":16,\"stop\":[\"a\",{\"b\":null}],\"top_p\":0.1}");
    }

    @Test
    void addsTheParametersOfTheOwner() throws IOException {
        OwnerParams owner = new OwnerParams("{\"temperature\":0}", Map.of("max_tokens", 8.0));

        assertThat(request(owner, null))
                .endsWith(MESSAGES + ",\"temperature\":0,\"max_tokens\":8}");
        assertThat(request(owner, "{\"max_tokens\":16}"))
                .endsWith(MESSAGES + ",\"temperature\":0,\"max_tokens\":8}");
    }

    @Test
    void parametersCannotReplaceReservedFields() throws IOException {
        assertThat(
                        request(
                                "{\"model\":\"dear\",\"messages\":[{\"x\":[]}],"
                                        + "\"str\\u0065am\":true,\"stream_options\":{},\"seed\":7}"))
                .endsWith(MESSAGES + ",\"seed\":7}")
                .doesNotContain("dear", "stream");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "7", "", "{\"a\":", "{]"})
    void parametersThatAreNotAnObjectAreRefused(String params) {
        assertThatThrownBy(() -> request(params)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsWhatTheServerSaysOfItself() throws IOException {
        Completion completion =
                completion(
                        """
                        {"id": "x", "model": "m-2", "choices": [{"message": {"content": "a"}}]}
                        """);

        assertThat(completion.id()).isEqualTo("x");
        assertThat(completion.model()).isEqualTo("m-2");
    }

    @Test
    void readsTextAndUsage() throws IOException {
        Completion completion =
                completion(
                        """
                        {"choices": [{"message": {"role": "assistant", "content": "hé"}}],
                         "usage": {"prompt_tokens": 5, "completion_tokens": 2, "cpu_time_ms": 1.5}}
                        """);

        assertThat(completion).isEqualTo(text("hé", new Usage(5, null, 2, Double.NaN, 1.5, null)));
    }

    @Test
    void usageMayBeMissing() throws IOException {
        assertThat(completion("{\"choices\":[{\"message\":{\"content\":\"\"}}]}"))
                .isEqualTo(text("", Usage.UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "7",
                "{\"prompt_tokens\":-1,\"completion_tokens\":99999999999,\"cpu_time_ms\":-1}",
                "{\"prompt_tokens\":\"5\",\"completion_tokens\":1.5,\"cpu_time_ms\":\"9\"}",
                "{\"prompt_tokens_details\":{\"cached_tokens\":-1}}",
                "{\"prompt_tokens_details\":7}",
                "{\"prompt_tokens\":[],\"completion_tokens\":{},\"cpu_time_ms\":NaN}",
                "{\"cpu_time_ms\":1e999}"
            })
    void invalidUsageIsUnknown(String usage) throws IOException {
        assertThat(
                        completion(
                                "{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"usage\":"
                                        + usage
                                        + "}"))
                .isEqualTo(text("a", Usage.UNKNOWN));
    }

    /** Tokens that were cached, and seconds of work. */
    @ParameterizedTest
    @CsvSource({
        "vllm-text, 32, 1.326",
        "vllm-tool-call, , NaN",
        "llama-cpp-text, 236, 0.6915",
        "llama-cpp-tool-call, 64, 0.3",
        "ollama-text, , NaN",
        "sglang-text, 16, NaN",
        "openai-text, 1024, NaN",
    })
    void readsWhatTheServerDidNotComputeAndHowLongItWorked(
            String name, Integer cachedTokens, double workSeconds) throws IOException {
        Usage usage = completion(RecordedAnswers.json(name)).usage();

        assertThat(usage.cachedTokens()).isEqualTo(cachedTokens);
        assertThat(usage.workSeconds()).isCloseTo(workSeconds, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'timings':null",
                "'timings':{'prompt_ms':1}",
                "'timings':{'prompt_ms':-1,'predicted_ms':2}",
                "'timings':{'prompt_ms':'1','predicted_ms':NaN}",
                "'metrics':[]",
                "'metrics':{'time_to_first_token_ms':1,'generation_time_ms':null}",
            })
    void invalidTimesAreUnknown(String times) throws IOException {
        assertThat(
                        completion(
                                "{\"choices\":[{\"message\":{\"content\":\"a\"}}],"
                                        + times.replace('\'', '"')
                                        + "}"))
                .isEqualTo(text("a", Usage.UNKNOWN));
    }

    @ParameterizedTest
    @CsvSource({"'\"length\"',true", "'\"stop\"',false", "null,false", "7,false"})
    void anAnswerThatEndsByItsLengthIsTruncated(String reason, boolean truncated)
            throws IOException {
        String choice = "{\"finish_reason\":%s,\"message\":{\"content\":\"a\"}}";

        assertThat(completion("{\"choices\":[" + choice.formatted(reason) + "]}").truncated())
                .isEqualTo(truncated);
    }

    /** Each is passed over, and so is its field. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'content':7",
                "'content':{'0':{'type':'text','text':'a'}}",
                "'content':[7,null,{},{'type':'text'},{'type':'text','text':1},{'type':'image_url'}]",
                "'tool_calls':[],'function_call':'f','refusal':'','reasoning':{},'audio':null",
                "'tool_calls':{'a':1},'function_call':[],'refusal':[],'reasoning_content':7",
            })
    void partsOfOtherTypesAreNone(String parts) throws IOException {
        assertThat(
                        completion(
                                "{\"choices\":[{\"finish_reason\":7,\"message\":{"
                                        + parts.replace('\'', '"')
                                        + "}}]}"))
                .isEqualTo(text(null, Usage.UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "{}",
                "[]",
                "{\"error\":{\"message\":\"no\"}}",
                "{\"choices\":[]}",
                "{\"choices\":[null]}",
                "{\"choices\":[{}]}",
                "{\"choices\":[{\"message\":null}]}",
                "{\"choices\":[{\"message\":\"a\"}]}",
                "{\"choices\":[{\"message\":[]}]}",
                "{\"choices\":[{\"message\":{\"content\":\"cut",
                "{\"choices\":\"a\"}",
                "{\"choices\":{\"message\":{\"content\":\"a\"}}}",
                "{\"choices\":[[{\"message\":{\"content\":\"a\"}}]]}",
                "{\"choices\":[7,{\"message\":{\"content\":\"a\"}}]}",
                "{\"choices\":[{\"message\":{\"content\":\"a\"}}",
                "[{\"choices\":[{\"message\":{\"content\":\"a\"}}]}]",
                "{\"choices\":[{\"message\":{\"content\":\"a\"}}]} {",
                "{\"choices\":[{\"message\":{\"content\":\"a\"}}]} 7"
            })
    void aResponseWithoutAMessageIsAnError(String body) {
        assertThatThrownBy(() -> completion(body)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices':[{'message':{'content':'a'}},{'message':{'content':'b'}}]}",
                "{'choices':[{'index':0,'message':{'content':'a'},'logprobs':[]},null,7,[]]}",
                "{'id':{'choices':[]},'choices':[{'message':{'x':{'content':'b'},'content':'a'}}],'x':[{}]}",
                "{'choices':[],'choices':[{'message':{'content':'a'}}]}"
            })
    void theFirstChoiceCountsWhateverElseThereIs(String body) throws IOException {
        assertThat(completion(body.replace('\'', '"'))).isEqualTo(text("a", Usage.UNKNOWN));
    }

    @Test
    void readsLogProbabilities() throws IOException {
        String logprobs = "{'content':[{'token':'a','logprob':-0.25,'top_logprobs':[]}]}";

        String body = "{'choices':[{'message':{'content':'a'},'logprobs':%s}]}".formatted(logprobs);

        assertThat(completion(body.replace('\'', '"')).output().logprobs())
                .isEqualTo(logprobs.replace('\'', '"'));
    }

    /** A server that cuts a text within a character sends the first byte of it. */
    @Test
    void bytesThatAreNotUtf8BecomeReplacementCharacters() throws IOException {
        byte[] body =
                "{\"choices\":[{\"message\":{\"content\":\"a\u00c3 b\"}}]}".getBytes(ISO_8859_1);

        Completion completion = new ChatJson(CPU_TIME).completion(body, body.length);

        assertThat(completion.output().text()).isEqualTo("a\ufffd b");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '^',
            value = {
                "^<think>\nHm, B?</think>\n\nB^, B",
                "^Hm, B?\n</think>\n\nB^, B",
                "^Hm, B?</think>^, ^^",
                "^Thoughts end with </think>, always^, ^Thoughts end with </think>, always^",
                "^ <think>Hm, is it^, ^^",
                "^Say <think> aloud^, Say <think> aloud",
                "B, B"
            })
    void thoughtsInTheTextAreNotScored(String text, String scored) {
        assertThat(text(text, Usage.UNKNOWN).textToScore()).isEqualTo(scored);
    }

    @Test
    void depthIsBounded() {
        assertThatThrownBy(() -> completion("[".repeat(100_000))).isInstanceOf(IOException.class);
    }

    private static Completion text(String content, Usage usage) {
        return new Completion(
                null, null, ModelOutputBuilder.builder().text(content).build(), usage);
    }

    private static String request(String params) throws IOException {
        return request(OwnerParams.NONE, params);
    }

    private static String request(OwnerParams owner, String params) throws IOException {
        PromptRequest request = prompt("1").messages(MESSAGES).params(params).build();
        return new String(
                ChatJson.request("m \"1\"", owner, OwnerParams.NONE, request).json(), UTF_8);
    }

    private static Completion completion(String body) throws IOException {
        byte[] bytes = (body + "beyond its length").getBytes(UTF_8);
        return new ChatJson(CPU_TIME).completion(bytes, body.getBytes(UTF_8).length);
    }
}
