package dev.messplus.embed;

import static dev.messplus.fixture.Fixtures.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.RecordedMetrics;
import dev.messplus.embed.model.Embedder;
import dev.messplus.embed.model.HashingEmbedder;
import dev.messplus.fixture.UnchangedRecords;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.PromptRequest;
import java.util.List;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbedFunctionTest {

    private static final String BAD = "a text that the model FAILS on?";
    private static final String NO_NUMBER = "what is NaN?";

    private final RecordedMetrics metrics = new RecordedMetrics();

    @Test
    void addsFeaturesToEveryRequest() throws Exception {
        try (var features = new PromptFeatures(new HashingEmbedder())) {
            EmbeddedRequest embedded =
                    only(new EmbedFunction(Embedders.HASHING, PromptRequest::sla), "Who was it?");

            assertThat(embedded.prompt().features()).isEqualTo(features.of("Who was it?"));
            assertThat(embedded.request().id()).isEqualTo("1");
            assertThat(embedded.prompt().promptTokens()).isEqualTo(3);
            assertThat(metrics.value("embeddingFailures")).isZero();
            assertThat(metrics.histogram("embeddingMicros").getCount()).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {BAD, NO_NUMBER})
    void aPromptThatCannotBeEmbeddedHasSurfaceFeatures(String text) throws Exception {
        try (var features = new PromptFeatures(new HashingEmbedder())) {
            EmbeddedRequest embedded =
                    only(new EmbedFunction(FailingOnBad::new, PromptRequest::sla), text);

            assertThat(embedded.prompt().features()).isEqualTo(features.withoutEmbedding(text));
            assertThat(metrics.value("embeddingFailures")).isEqualTo(1);
        }
    }

    @Test
    void continuesAfterAFailure() throws Exception {
        try (var features = new PromptFeatures(new HashingEmbedder())) {
            var embedded =
                    run(
                            new EmbedFunction(FailingOnBad::new, PromptRequest::sla),
                            BAD,
                            "Who was it?");

            assertThat(embedded.get(1).prompt().features()).isEqualTo(features.of("Who was it?"));
        }
    }

    @Test
    void addressesTheShardOfARequest() throws Exception {
        EmbeddedRequest embedded =
                only(
                        new EmbedFunction(FailingOnBad::new, request -> "shard of " + request.id()),
                        "Who was it?");

        assertThat(embedded.key()).isEqualTo("shard of 1");
    }

    @Test
    void closesWithoutOpen() {
        new EmbedFunction(Embedders.HASHING, PromptRequest::sla).close();
    }

    private EmbeddedRequest only(EmbedFunction function, String text) throws Exception {
        List<EmbeddedRequest> embedded = run(function, text);
        assertThat(embedded).hasSize(1);
        return embedded.get(0);
    }

    private List<EmbeddedRequest> run(EmbedFunction function, String... texts) throws Exception {
        var environment = new MockEnvironmentBuilder().setMetricGroup(metrics.group()).build();
        // Serialized, as on a cluster.
        try (environment;
                var harness =
                        new OneInputStreamOperatorTestHarness<>(
                                new StreamMap<>(InstantiationUtil.clone(function)), environment)) {
            harness.open();
            UnchangedRecords records = new UnchangedRecords();
            for (String text : texts) {
                PromptRequest request = records.watch(prompt("1").text(text).build());
                harness.processElement(new StreamRecord<>(request));
            }
            records.verify();
            List<EmbeddedRequest> embedded = harness.extractOutputValues();
            assertThat(embedded).allMatch(record -> record.request().text() == null);
            return embedded;
        }
    }

    /** Hashes all texts, except two that fail. */
    private static final class FailingOnBad implements Embedder {

        private final Embedder hashing = new HashingEmbedder();

        @Override
        public float[] embed(String text) {
            if (text.equals(BAD)) {
                throw new IllegalStateException("no embedding");
            }
            float[] embedding = hashing.embed(text);
            if (text.equals(NO_NUMBER)) {
                embedding[7] = Float.NaN;
            }
            return embedding;
        }
    }
}
