package dev.messplus.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Candidate;
import dev.messplus.record.DeadLetter;
import dev.messplus.record.DeadLetterBuilder;
import dev.messplus.record.Json;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records that are too large for a producer are shortened. */
class JsonRecordSchemaTest {

    private static final int MAX_BYTES = 2_000;

    @Test
    void aDeadLetterKeepsTheBeginningOfAPayloadThatIsTooLarge() throws Exception {
        JsonRecordSchema<DeadLetter> schema =
                new JsonRecordSchema<>("dead", DeadLetter::topic, MAX_BYTES, DeadLetter::cut);

        JsonNode small = json(schema, letter("x".repeat(100)));
        assertThat(small.get("payload_base64").asText()).hasSize(100);

        JsonNode large = json(schema, letter("abcd".repeat(MAX_BYTES)));
        assertThat(large.get("payload_base64").asText()).isEqualTo("abcd".repeat(256));
        assertThat(large.get("detail").asText())
                .isEqualTo("prompt: too long (payload cut to its first 768 bytes)");
        assertThat(large.get("offset").asLong()).isEqualTo(7);
    }

    @Test
    void aResponseThatIsTooLargeBecomesAFailedResponse() throws Exception {
        JsonRecordSchema<Response> schema = responses();

        assertThat(json(schema, response("short")).get("output").asText()).isEqualTo("short");

        JsonNode large = json(schema, response("x".repeat(MAX_BYTES)));
        assertThat(large.get("id").asText()).isEqualTo("42");
        assertThat(large.get("status").asText()).isEqualTo("failed");
        assertThat(large.get("error").asText()).contains("big is too large");
        assertThat(large.has("output")).isFalse();
        assertThat(large.has("candidates")).isFalse();
    }

    /** Its score is on the feedback topic already, so its answer must reach the client. */
    @Test
    void anExploringResponseDropsTheOutputsOfItsCandidatesFirst() throws Exception {
        JsonRecordSchema<Response> schema = responses();

        JsonNode served = json(schema, response("x".repeat(MAX_BYTES / 2)));

        assertThat(served.get("status").asText()).isEqualTo("ok");
        assertThat(served.get("output").asText()).hasSize(MAX_BYTES / 2);
        assertThat(served.get("candidates")).hasSize(1);
        JsonNode candidate = served.get("candidates").get(0);
        assertThat(candidate.has("output")).isFalse();
        assertThat(candidate.get("model").asText()).isEqualTo("big");
        assertThat(candidate.get("score").asDouble()).isEqualTo(1);
        assertThat(candidate.get("energy_joules").asDouble()).isEqualTo(2);
    }

    private static JsonRecordSchema<Response> responses() {
        return new JsonRecordSchema<>(
                "responses",
                Response::id,
                MAX_BYTES,
                Response::withoutCandidateOutputs,
                Response::tooLarge);
    }

    private static <T> JsonNode json(JsonRecordSchema<T> schema, T value) throws Exception {
        byte[] bytes = schema.serialize(value, null, 99L).value();
        assertThat(bytes).hasSizeLessThanOrEqualTo(MAX_BYTES);
        return Json.MAPPER.readTree(bytes);
    }

    private static DeadLetter letter(String payload) {
        return DeadLetterBuilder.builder()
                .reason("prompt_too_long")
                .detail("prompt: too long")
                .topic("requests")
                .offset(7)
                .payloadBase64(payload)
                .build();
    }

    private static Response response(String output) {
        return ResponseBuilder.builder()
                .id("42")
                .sla("gold")
                .status(Response.OK)
                .model("big")
                .output(output)
                .mode("explore")
                .candidates(List.of(new Candidate("big", output, 1.0, 2.0, null)))
                .build();
    }
}
