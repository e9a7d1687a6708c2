package dev.messplus.inference;

import static dev.messplus.fixture.Fixtures.CPU_TIME;
import static dev.messplus.fixture.Fixtures.prompt;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.energy.Usage;
import dev.messplus.record.PromptRequest;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    void parametersCannotReplaceReservedFields() throws IOException {
        assertThat(
                        request(
                                "{\"model\":\"dear\",\"messages\":[{\"x\":[]}],"
                                        + "\"str\\u0065am\":true,\"seed\":7}"))
                .endsWith(MESSAGES + ",\"seed\":7}")
                .doesNotContain("dear", "stream");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "7", "", "{\"a\":", "{]"})
    void parametersThatAreNotAnObjectAreRefused(String params) {
        assertThatThrownBy(() -> request(params)).isInstanceOf(IOException.class);
    }

    @Test
    void readsTextAndUsage() throws IOException {
        Completion completion =
                completion(
                        """
                        {"id": "x", "choices": [{"message": {"role": "assistant", "content": "hé"}}],
                         "usage": {"prompt_tokens": 5, "completion_tokens": 2, "cpu_time_ms": 1.5}}
                        """);

        assertThat(completion).isEqualTo(new Completion("hé", Usage.stated(5, 2, 1.5, null)));
    }

    @Test
    void usageMayBeMissing() throws IOException {
        assertThat(completion("{\"choices\":[{\"message\":{\"content\":\"\"}}]}"))
                .isEqualTo(new Completion("", Usage.UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "7",
                "{\"prompt_tokens\":-1,\"completion_tokens\":99999999999,\"cpu_time_ms\":-1}",
                "{\"prompt_tokens\":\"5\",\"completion_tokens\":1.5,\"cpu_time_ms\":\"9\"}",
                "{\"prompt_tokens\":[],\"completion_tokens\":{},\"cpu_time_ms\":NaN}",
                "{\"cpu_time_ms\":1e999}"
            })
    void invalidUsageIsUnknown(String usage) throws IOException {
        assertThat(
                        completion(
                                "{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"usage\":"
                                        + usage
                                        + "}"))
                .isEqualTo(new Completion("a", Usage.UNKNOWN));
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
                "{\"choices\":[{\"message\":{\"content\":null}}]}",
                "{\"choices\":[{\"message\":{\"content\":\"cut",
                "{\"choices\":[{\"message\":{\"content\":\"a\"}}]} {"
            })
    void aResponseWithoutTextIsAnError(String body) {
        assertThatThrownBy(() -> completion(body)).isInstanceOf(IOException.class);
    }

    @Test
    void depthIsBounded() {
        assertThatThrownBy(() -> completion("[".repeat(100_000))).isInstanceOf(IOException.class);
    }

    private static String request(String params) throws IOException {
        PromptRequest request = prompt("1").messages(MESSAGES).params(params).build();
        return new String(ChatJson.request("m \"1\"", request), UTF_8);
    }

    private static Completion completion(String body) throws IOException {
        byte[] bytes = (body + "beyond its length").getBytes(UTF_8);
        return ChatJson.of(CPU_TIME).completion(bytes, body.getBytes(UTF_8).length);
    }
}
