package dev.messplus.job.kafka.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.config.MessConfig;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.job.kafka.sink.KafkaSinks;
import dev.messplus.job.kafka.source.KafkaSources;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.streaming.api.lineage.LineageDataset;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.junit.jupiter.api.Test;

/** What those see who listen for the lineage of jobs. */
class TopicLineageTest {

    private static final String BROKER = "localhost:9092";

    private static final MessConfig CONFIG =
            TestConfig.named("lineage")
                    .bootstrap(BROKER)
                    .model("small", "http://localhost:1/v1", TestConfig.joulesPerRequest(1))
                    .sla("gold", TestSla.promising(0.8))
                    .kafkaProperty("sasl.jaas.config", "secret")
                    .parse();

    @Test
    void aSourceSaysItsTopicHoweverItIsDecorated() {
        assertNames(CONFIG.kafka().topics().requests(), new KafkaSources(CONFIG).requests());
    }

    @Test
    void aSinkSaysItsTopic() {
        assertNames(CONFIG.kafka().topics().responses(), new KafkaSinks(CONFIG, null).responses());
    }

    private static void assertNames(String topic, Object end) {
        LineageVertex vertex = ((LineageVertexProvider) end).getLineageVertex();
        assertThat(vertex.datasets())
                .singleElement()
                .satisfies(
                        dataset -> {
                            assertThat(dataset.namespace()).isEqualTo("kafka://" + BROKER);
                            DefaultKafkaDatasetFacet facet = kafka(dataset);
                            assertThat(facet.getTopicIdentifier().getTopics())
                                    .containsExactly(topic);
                            assertThat(facet.getProperties().toString())
                                    .as("what listeners may write down")
                                    .doesNotContain("secret");
                        });
    }

    private static DefaultKafkaDatasetFacet kafka(LineageDataset dataset) {
        return dataset.facets().values().stream()
                .filter(DefaultKafkaDatasetFacet.class::isInstance)
                .map(DefaultKafkaDatasetFacet.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
