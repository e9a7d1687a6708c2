package dev.messplus.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.record.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLineTest {

    /** The job refuses some of them, by the name of the field. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sla\": \"silver\", \"prompt\": \"a\"}",
                "{\"sla\":\"silver\",\"prompt\":\"a\",\"prompt\":\"b\"}",
                "{\"sla\":\"silver\",\"sla\":\"gold\"}",
                "{\"sla\":null,\"params\":{\"seed\":1e999,\"temperature\":0.10}}",
            })
    void aRequestThatNamesItsSlaStaysAsItStands(String line) {
        assertThat(RequestLine.of(line, "gold", 1).json()).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{\"prompt\":\"a\",\"prompt\":\"b\"} | {\"sla\":\"gold\",\"prompt\":\"a\",\"prompt\":\"b\"}",
                "{ \"metadata\":{\"sla\":1}}         | {\"sla\":\"gold\", \"metadata\":{\"sla\":1}}",
                "{ }                                 | {\"sla\":\"gold\" }",
            })
    void oneThatDoesNotIsGivenOne(String line, String json) {
        assertThat(RequestLine.of(line, "gold", 1).json()).isEqualTo(json);
    }

    @Test
    void anyOtherLineIsAPrompt() throws Exception {
        RequestLine line = RequestLine.of("Why is {this} \"so\"?", "a \"b\"", 1);
        assertThat(line.id()).isNull();
        assertThat(Json.MAPPER.readValue(line.json(), Map.class))
                .isEqualTo(Map.of("prompt", "Why is {this} \"so\"?", "sla", "a \"b\""));
    }

    /** So that the job's own check says what is wrong. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"prompt\":", "{} {}", "{prompt}"})
    void brokenJsonStaysAsItStands(String line) {
        assertThat(RequestLine.of("  " + line, "gold", 7).json()).isEqualTo(line);
    }

    @Test
    void aListIsNoRequest() {
        assertThatThrownBy(() -> RequestLine.of(" [\"hi\"]", "gold", 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "line 7: must be a request as a JSON object, such as {\"prompt\": \"…\"}, or a prompt; was a list");
        assertThat(RequestLine.of("[INST] Hi [/INST]", "gold", 1).prompt())
                .isEqualTo("[INST] Hi [/INST]");
    }
}
