package dev.messplus.score.check;

import static dev.messplus.score.check.CheckedAnswers.score;
import static dev.messplus.score.check.CheckedAnswers.text;
import static dev.messplus.score.check.CheckedAnswers.toolCalls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.record.Json;
import dev.messplus.score.ScoringException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToolCallCheckTest {

    private static final ToolCallCheck.Config REQUIRED = new ToolCallCheck.Config(true);

    private static final String PARAMS =
            """
            {"tools": [
              {"type": "function", "function": {"name": "weather", "parameters":
                {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}}},
              {"type": "function", "function": {"name": "now"}}]}
            """;

    private static String call(String name, String arguments) {
        return Json.text(
                Map.of(
                        "type",
                        "function",
                        "function",
                        Map.of("name", name, "arguments", arguments)));
    }

    private static double calls(String... calls) {
        return score(REQUIRED, toolCalls("[" + String.join(",", calls) + "]", PARAMS));
    }

    @Test
    void eachCallNamesAToolAndHasValidArguments() {
        String valid = call("weather", "{\"city\": \"Bern\"}");
        assertThat(calls(valid)).isOne();
        assertThat(calls(valid, call("now", "{}"))).isOne();
        assertThat(calls(valid, call("weather", "{}"))).isZero();
        assertThat(calls(call("weather", "{\"city\": 3}"))).isZero();
        assertThat(calls(call("weather", "{\"city\": "))).isZero();
        assertThat(calls(call("now", "[]"))).isZero();
        assertThat(calls(call("now", ""))).isZero();
        assertThat(calls(call("yesterday", "{}"))).isZero();
        assertThat(calls("{}")).isZero();
        assertThat(score(REQUIRED, toolCalls("[", PARAMS))).isZero();
    }

    @Test
    void anAnswerWithoutACallFailsIfOneIsRequired() {
        assertThat(score(REQUIRED, text("hi", PARAMS))).isZero();
        assertThat(calls()).isZero();
        assertThat(score(new ToolCallCheck.Config(false), text("hi", PARAMS))).isNaN();
        assertThat(score(new ToolCallCheck.Config(false), toolCalls("[]", PARAMS))).isNaN();
    }

    @Test
    void aRequestWithoutToolsGetsNoScore() {
        assertThat(score(REQUIRED, text("hi"))).isNaN();
        assertThat(score(REQUIRED, toolCalls("[" + call("now", "{}") + "]", "{\"tools\": []}")))
                .isNaN();
    }

    @Test
    void aSchemaOfAToolThatCannotBeUsedIsAnError() {
        String params =
                "{\"tools\":[{\"function\":{\"name\":\"now\",\"parameters\":%s}}]}"
                        .formatted("{\"$ref\": \"http://127.0.0.1:1/secret\"}");
        assertThatThrownBy(() -> score(REQUIRED, toolCalls("[" + call("now", "{}") + "]", params)))
                .hasCauseInstanceOf(ScoringException.class)
                .hasMessageContaining("The schema of a tool's parameters in the request refers to")
                .hasMessageNotContaining("secret");
    }

    @Test
    void fewSchemasAreKept() {
        AnswerSchemas schemas = new AnswerSchemas();
        AnswerSchema first = schemas.of(AnswerJson.read("{\"const\": 0}"));
        assertThat(schemas.of(AnswerJson.read("{\"const\": 0}"))).isSameAs(first);
        for (int i = 1; i < 100; i++) {
            assertThat(schemas.of(AnswerJson.read("{\"const\": " + i + "}"))).isNotNull();
        }
        assertThat(schemas.size()).isEqualTo(64);
        assertThat(schemas.of(AnswerJson.read("{\"const\": 0}"))).isNotSameAs(first);
    }

    @Test
    void settingsTravel() throws Exception {
        CheckedAnswers.assertTravels(new ToolCallCheck.Config(false));
    }
}
