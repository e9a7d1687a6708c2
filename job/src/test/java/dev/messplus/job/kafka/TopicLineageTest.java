package dev.messplus.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.RawRecord;
import dev.messplus.record.Response;
import java.util.List;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.lineage.LineageDataset;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.junit.jupiter.api.Test;

/** What those see who listen for the lineage of jobs. */
class TopicLineageTest {

    private static final String BROKER = "localhost:9092";

    @Test
    void aSourceSaysItsTopicHoweverItIsDecorated() {
        KafkaSource<RawRecord> kafka =
                KafkaSource.<RawRecord>builder()
                        .setBootstrapServers(BROKER)
                        .setTopics("requests")
                        .setDeserializer(new RawRecordSchema())
                        .setProperties(secrets())
                        .build();

        assertNames("requests", CreditedSource.of(RunSource.of(kafka, PartitionEnd.never())));
    }

    @Test
    void aSinkSaysItsTopic() {
        KafkaSink<Response> kafka =
                KafkaSink.<Response>builder()
                        .setBootstrapServers(BROKER)
                        .setRecordSerializer(
                                new JsonRecordSchema<>(
                                        "responses",
                                        Response::id,
                                        Response::headers,
                                        1_000,
                                        List.of()))
                        .setKafkaProducerConfig(secrets())
                        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                        .build();

        assertNames("responses", new FaultTolerantKafkaSink<>(kafka, null));
    }

    private static void assertNames(String topic, LineageVertexProvider provider) {
        LineageVertex vertex = provider.getLineageVertex();
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

    private static Properties secrets() {
        Properties properties = new Properties();
        properties.put("sasl.jaas.config", "secret");
        return properties;
    }
}
