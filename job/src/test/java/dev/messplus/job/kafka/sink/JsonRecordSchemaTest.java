package dev.messplus.job.kafka.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Candidate;
import dev.messplus.record.CandidateBuilder;
import dev.messplus.record.DecisionSummaryBuilder;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.Json;
import dev.messplus.record.ModelOutputBuilder;
import dev.messplus.record.RecordHeader;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/** Records that are too large for a producer are shortened. */
class JsonRecordSchemaTest {

    private static final int MAX_BYTES = 2_000;

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

    /** Its score is on the measurements topic already, so its answer must reach the client. */
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

    @Test
    void anAnswerLosesLogProbabilitiesBeforeItIsLost() throws Exception {
        Response response =
                ResponseBuilder.builder(response("short"))
                        .output(
                                ModelOutputBuilder.builder()
                                        .text("short")
                                        .logprobs("[" + "0,".repeat(MAX_BYTES) + "0]")
                                        .build())
                        .build();

        JsonNode served = json(responses(), response);

        assertThat(served.get("status").asText()).isEqualTo("ok");
        assertThat(served.get("output").asText()).isEqualTo("short");
        assertThat(served.has("logprobs")).isFalse();
    }

    @Test
    void noPartOfAnAnswerIsKeptThatIsTooLarge() throws Exception {
        String large = "x".repeat(MAX_BYTES);
        Response explored =
                ResponseBuilder.builder(response("short"))
                        .candidates(
                                List.of(
                                        CandidateBuilder.builder(candidate("short"))
                                                .output(
                                                        ModelOutputBuilder.builder()
                                                                .toolCalls("[\"" + large + "\"]")
                                                                .refusal(large)
                                                                .reasoningContent(large)
                                                                .build())
                                                .build()))
                        .build();

        assertThat(json(responses(), explored).get("status").asText()).isEqualTo("ok");
        Response served =
                ResponseBuilder.builder(explored)
                        .output(
                                ModelOutputBuilder.builder(explored.output())
                                        .toolCalls("[\"" + large + "\"]")
                                        .refusal(large)
                                        .reasoningContent(large)
                                        .finishReason(large)
                                        .build())
                        .build();
        assertThat(json(responses(), served).get("status").asText()).isEqualTo("failed");
    }

    /** JavaScript and jq round numbers of more than 53 bits. */
    @Test
    void theNumberOfADecisionIsAString() throws Exception {
        Response response =
                ResponseBuilder.builder(response("short"))
                        .decision(DecisionSummaryBuilder.builder().number(Long.MAX_VALUE).build())
                        .build();

        JsonNode decision = json(responses(), response).get("decision");

        assertThat(decision.isTextual()).isTrue();
        assertThat(decision.asText()).isEqualTo("9223372036854775807");
    }

    @Test
    void theHeadersOfAResponseBecomeThoseOfItsRecord() {
        Response response =
                ResponseBuilder.builder(response("short"))
                        .headers(
                                List.of(
                                        new RecordHeader("traceparent", bytes("00-1-2-01")),
                                        new RecordHeader("tenant", bytes("a")),
                                        new RecordHeader("tenant", null)))
                        .build();

        assertThat(responses().serialize(response, null, 99L).headers())
                .extracting(Header::key, Header::value)
                .containsExactly(
                        tuple("traceparent", bytes("00-1-2-01")),
                        tuple("tenant", bytes("a")),
                        tuple("tenant", null));
    }

    @Test
    void theSendersOwnHeadersAreTheFirstToGoFromAResponseThatIsTooLarge() throws Exception {
        Response response =
                ResponseBuilder.builder(response("x".repeat(MAX_BYTES / 4)))
                        .headers(
                                List.of(
                                        new RecordHeader("traceparent", bytes("00-1-2-01")),
                                        new RecordHeader("tenant", new byte[MAX_BYTES / 2])))
                        .build();

        ProducerRecord<byte[], byte[]> record = responses().serialize(response, null, 99L);

        assertThat(record.headers()).extracting(Header::key).containsExactly("traceparent");
        JsonNode json = Json.MAPPER.readTree(record.value());
        assertThat(json.get("candidates").get(0).has("output")).isTrue();
    }

    @Test
    void aTraceThatIsTooLargeGoesInTheEnd() {
        Response response =
                ResponseBuilder.builder(response("short"))
                        .headers(List.of(new RecordHeader("tracestate", new byte[MAX_BYTES])))
                        .build();
        assertThat(responses().serialize(response, null, 99L).headers()).isEmpty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aClassOfTheUserMakesTheValueOfTheJson() {
        JsonRecordSchema<Response> schema =
                KafkaSinks.responses(
                        "responses",
                        json -> (json + json).getBytes(StandardCharsets.UTF_8),
                        MAX_BYTES);

        Response response = response("short");
        String json = Json.text(response);
        assertThat(schema.serialize(response, null, null).value())
                .isEqualTo((json + json).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theSizeThatCountsIsThatOfTheValue() {
        SerializationSchema<String> empty = json -> new byte[0];
        SerializationSchema<String> large =
                json -> new byte[json.contains("\"failed\"") ? 1 : MAX_BYTES + 1];
        Response response = response("x".repeat(MAX_BYTES));

        assertThat(
                        KafkaSinks.responses("r", empty, MAX_BYTES)
                                .serialize(response, null, null)
                                .value())
                .isEmpty();
        assertThat(
                        KafkaSinks.responses("r", large, MAX_BYTES)
                                .serialize(response("short"), null, null)
                                .value())
                .hasSize(1);
    }

    @Test
    void aResponseIsNeverATombstone() {
        JsonRecordSchema<Response> schema =
                KafkaSinks.responses("responses", json -> null, MAX_BYTES);

        assertThatThrownBy(() -> schema.serialize(response("short"), null, null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("returned null; it must make a value of every response");
    }

    private static JsonRecordSchema<Response> responses() {
        return KafkaSinks.responses("responses", null, MAX_BYTES);
    }

    private static <T> JsonNode json(JsonRecordSchema<T> schema, T value) throws Exception {
        byte[] bytes = schema.serialize(value, null, 99L).value();
        assertThat(bytes).hasSizeLessThanOrEqualTo(MAX_BYTES);
        return Json.MAPPER.readTree(bytes);
    }

    private static Response response(String output) {
        return ResponseBuilder.builder()
                .id("42")
                .sla("gold")
                .status(Response.OK)
                .model("big")
                .output(ModelOutputBuilder.builder().text(output).build())
                .decision(DecisionSummaryBuilder.builder().mode("explore").build())
                .candidates(List.of(candidate(output)))
                .build();
    }

    private static Candidate candidate(String output) {
        return CandidateBuilder.builder()
                .model("big")
                .output(ModelOutputBuilder.builder().text(output).build())
                .score(1.0)
                .energy(EnergyBuilder.builder().joules(2.0).build())
                .build();
    }
}
