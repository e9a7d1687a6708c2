package dev.messplus.job.kafka.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.TopicsSection;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.job.kafka.KafkaConnectors;
import dev.messplus.job.kafka.admin.Topics;
import dev.messplus.job.pipeline.Connectors;
import dev.messplus.job.pipeline.Pipeline;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.lineage.LineageGraph;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lineage of the whole job, as Flink gives it to its listeners. */
@ExtendWith(SharedCluster.class)
class LineageIT {

    @ParameterizedTest
    @CsvSource({"at_least_once, false", "at_least_once, true", "exactly_once, false"})
    void namesAllTopicsThatAreReadAndWritten(String responses, boolean bounded, TestCluster cluster)
            throws Exception {
        MessConfig config =
                TestConfig.on(cluster, "lineage-" + responses + "-" + bounded)
                        .model("small", "http://localhost:1/v1", TestConfig.joulesPerRequest(1))
                        .sla("gold", TestSla.promising(0.8))
                        .delivery(responses)
                        .parse();
        new Topics(config.kafka()).ensure();
        KafkaConnectors kafka = new KafkaConnectors(config);
        Connectors connectors = bounded ? kafka.bounded() : kafka.unbounded();
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();

        Pipeline.define(env, config, connectors);

        LineageGraph lineage = env.getStreamGraph().getLineageGraph();
        TopicsSection topics = config.kafka().topics();
        assertThat(topicsOf(lineage.sources()))
                .contains(topics.requests(), topics.feedback(), topics.measurements());
        assertThat(topicsOf(lineage.sinks()))
                .contains(topics.responses(), topics.measurements(), topics.deadLetters());
    }

    private static Stream<String> topicsOf(List<? extends LineageVertex> vertices) {
        return vertices.stream()
                .flatMap(vertex -> vertex.datasets().stream())
                .flatMap(dataset -> dataset.facets().values().stream())
                .filter(DefaultKafkaDatasetFacet.class::isInstance)
                .flatMap(
                        facet ->
                                ((DefaultKafkaDatasetFacet) facet)
                                        .getTopicIdentifier().getTopics().stream());
    }
}
