package dev.messplus.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records on the topics are, byte for byte, those in {@code src/test/resources/records}: consumers
 * depend on the names, and people who read a topic on the order.
 */
class TopicJsonTest {

    private static final long DECISION = -3_793_230_322_224_462_402L;

    static Stream<Arguments> records() {
        return Stream.of(
                arguments("label", new Label("42", "gold", "large", 0.8, "user")),
                arguments("label-bare", new Label("42", "gold", "large", 0, null)),
                arguments("measurement", measurement()),
                arguments("measurement-bare", measurementBare()),
                arguments("measurement-expired", measurementExpired()),
                arguments("correction", correction()),
                arguments("correction-bare", correctionBare()),
                arguments("measurement", FeedbackRecord.of(measurement())),
                arguments("correction", FeedbackRecord.of(correction())),
                arguments("response", response()),
                arguments("response-bare", responseBare()),
                arguments("response-explored", responseExplored()),
                arguments("response-logprobs", responseWithLogprobs()),
                arguments("response-bare", responseWithLogprobs().withoutLogprobs()),
                arguments("response-shortened", responseExplored().withoutCandidateOutputs()),
                arguments("response-too-large", response().tooLarge()),
                arguments("response-refused", responseRefused()),
                arguments("response-refused", responseRefused().withoutCandidateOutputs()));
    }

    @ParameterizedTest
    @MethodSource("records")
    void recordsAreWrittenAsEver(String name, Object record) throws IOException {
        assertThat(Json.text(record)).isEqualTo(golden(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "response",
                "response-bare",
                "response-explored",
                "response-logprobs",
                "response-shortened",
                "response-too-large",
                "response-refused"
            })
    void responsesThatAreReadAreWrittenAgainAsTheyWere(String name) throws IOException {
        Response read = Json.MAPPER.readValue(golden(name), Response.class);
        // JSON within JSON is normalised.
        assertThat(Json.text(read))
                .isEqualTo(
                        golden(name)
                                .replace(
                                        "{\"id\": \"c\", \"n\": 1.50}",
                                        "{\"id\":\"c\",\"n\":1.5}"));
    }

    @Test
    void fieldsOfALaterReleaseAreIgnoredAndNullsAreAbsent() throws IOException {
        String later =
                golden("response-explored")
                        .replace("{\"", "{\"later\":{\"a\":[1,{\"b\":2}]},\"refusal\":null,\"");
        Response read = Json.MAPPER.readValue(later, Response.class);
        assertThat(read.candidates().get(0).output().refusal()).isEqualTo("no");
        assertThat(Json.text(read)).isEqualTo(golden("response-explored"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1]",
                "7",
                "{\"t\":\"one\"}",
                "{\"score\":{}}",
                "{\"output\":[]}",
                "{\"candidates\":7}",
                "{\"candidates\":[7]}",
                "{\"id\":\"a\"} 7",
                "{\"id\":"
            })
    void whatIsNoResponseIsRefused(String json) {
        assertThatExceptionOfType(JsonProcessingException.class)
                .isThrownBy(() -> Json.MAPPER.readValue(json, Response.class));
    }

    private static Measurement measurement() {
        return MeasurementBuilder.builder()
                .requestId("4\"2")
                .sla("gold")
                .model("large")
                .score(0.5704528619134247)
                .energy(
                        EnergyBuilder.builder()
                                .joules(2.8)
                                .uncertaintyJoules(1e-9)
                                .source("running estimate without nvml (estimated)")
                                .assumed(true)
                                .provisional(true)
                                .build())
                .tokens(new TokenCounts(8, null, 0))
                .served(true)
                .error("HTTP 500: é🌍\n")
                .failed(FailedAttemptsBuilder.builder().joules(12345678.9).unmetered(3).build())
                .unavailableMillis(30_000)
                .decision(DECISION)
                .run("5b0c61d2-0")
                .checkpoint(0)
                .build();
    }

    private static Measurement measurementBare() {
        return MeasurementBuilder.builder()
                .requestId("42")
                .sla("gold")
                .model("large")
                .served(false)
                .decision(77L)
                .run("r")
                .checkpoint(17)
                .build();
    }

    private static Measurement measurementExpired() {
        return MeasurementBuilder.builder()
                .requestId("42")
                .sla("gold")
                .model("large")
                .served(true)
                .error("late")
                .expired(true)
                .decision(77L)
                .run("r")
                .checkpoint(17)
                .build();
    }

    private static Correction correction() {
        return CorrectionBuilder.builder()
                .requestId("42")
                .sla("gold")
                .model("large")
                .energy(new Energy(1200.4, 200.5, 81, "dcgm", false, false))
                .served(true)
                .joulesMore(-35.2)
                .promptLength(25)
                .maxTokens(64)
                .decision(DECISION)
                .run("r")
                .checkpoint(17)
                .build();
    }

    private static Correction correctionBare() {
        return CorrectionBuilder.builder()
                .requestId("42")
                .sla("gold")
                .model("large")
                .failedJoulesMore(7.25)
                .decision(77L)
                .run("r")
                .build();
    }

    private static Response response() {
        return ResponseBuilder.builder()
                .id("4\"2")
                .sla("gold")
                .status(Response.OK)
                .model("large")
                .output(
                        ModelOutputBuilder.builder()
                                .text("Paris\n\té🌍\u2028")
                                .toolCalls("[{\"id\": \"c\", \"n\": 1.50}]")
                                .refusal("no")
                                .reasoningContent("hm")
                                .finishReason("stop")
                                .build())
                .decision(
                        DecisionSummaryBuilder.builder()
                                .mode("fallback")
                                .predictedScore(0.5704528619134247)
                                .pressure(-12.0)
                                .t(1)
                                .number(DECISION)
                                .receipt("{\"reason\":\"cheap\",\"alpha\":0.73}")
                                .build())
                .score(1.0)
                .energy(
                        EnergyBuilder.builder()
                                .joules(2.8)
                                .idleJoules(0.5)
                                .uncertaintyJoules(1e-9)
                                .source("nvml (integrated)")
                                .build())
                .explorationJoules(0.0)
                .failed(FailedAttemptsBuilder.builder().joules(12345678.9).unmetered(3).build())
                .tokens(new TokenCounts(8, null, 0))
                .waitedMillis(12)
                .latencyMillis(731)
                .attempts(2)
                .candidates(List.of())
                .error("late")
                .metadata("{\"team\":[1,null,\"a\"]}")
                .headers(List.of(new RecordHeader("h", null)))
                .build();
    }

    private static Response responseBare() {
        return ResponseBuilder.builder()
                .id("42")
                .sla("gold")
                .status(Response.EXPIRED)
                .model("large")
                .decision(
                        DecisionSummaryBuilder.builder()
                                .mode("exploit")
                                .predictedScore(0)
                                .number(77)
                                .build())
                .latencyMillis(0)
                .error("late")
                .build();
    }

    private static Response responseRefused() {
        return Response.refused(
                "42", "gold", "prompt: is missing or blank; send a prompt or messages");
    }

    private static Response responseWithLogprobs() {
        return ResponseBuilder.builder(responseBare())
                .output(ModelOutputBuilder.builder().logprobs("{\"content\":[-0.25]}").build())
                .build();
    }

    private static Response responseExplored() {
        return ResponseBuilder.builder(responseBare())
                .status(Response.OK)
                .decision(
                        DecisionSummaryBuilder.builder(responseBare().decision())
                                .mode("explore")
                                .build())
                .output(ModelOutputBuilder.builder().text("Paris").build())
                .error(null)
                .explorationJoules(0.54)
                .plannedJoules(0.25)
                .candidates(
                        List.of(
                                CandidateBuilder.builder()
                                        .model("large")
                                        .output(
                                                ModelOutputBuilder.builder()
                                                        .text("Paris")
                                                        .toolCalls("[]")
                                                        .refusal("no")
                                                        .reasoningContent("hm")
                                                        .finishReason("length")
                                                        .build())
                                        .score(0.25)
                                        .energy(
                                                EnergyBuilder.builder()
                                                        .joules(3.1)
                                                        .uncertaintyJoules(0.1)
                                                        .build())
                                        .build(),
                                CandidateBuilder.builder().model("small").error("late").build()))
                .metadata("7")
                .build();
    }

    private static String golden(String name) throws IOException {
        try (InputStream file =
                TopicJsonTest.class.getResourceAsStream("/records/" + name + ".json")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
