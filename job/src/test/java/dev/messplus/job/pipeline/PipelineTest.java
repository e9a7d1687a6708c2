package dev.messplus.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.FlinkSettings;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.record.RawRecord;
import dev.messplus.route.config.Shards;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.TypeInformationSerializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.runtime.partitioner.RebalancePartitioner;
import org.apache.flink.streaming.runtime.partitioner.StreamPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names and uids of the operators, as metrics and savepoints know them. */
class PipelineTest {

    private static final Map<String, String> ALWAYS =
            Map.ofEntries(
                    Map.entry("requests", "Source: requests"),
                    Map.entry("parse-requests", "parse requests"),
                    Map.entry("refusals-of-dead-letters", "refusals of dead letters"),
                    Map.entry("refusals", "refusals: Writer"),
                    Map.entry("embed", "embed"),
                    Map.entry("bundle-feedback", "bundle feedback"),
                    Map.entry("route", "route"),
                    Map.entry("infer", "infer"),
                    Map.entry("responses-of-outcomes", "responses of outcomes"),
                    Map.entry("responses", "responses: Writer"),
                    Map.entry("measurements-of-outcomes", "measurements of outcomes"),
                    Map.entry("measurements", "measurements: Writer"),
                    Map.entry("feedback", "Source: feedback"),
                    Map.entry("parse-feedback", "parse feedback"),
                    Map.entry("measurements-source", "Source: measurements source"),
                    Map.entry("parse-measurements", "parse measurements"),
                    Map.entry("dead-letters", "dead letters: Writer"));

    @Test
    void addressesFeedbackToSlasThatAreNotSplit() {
        assertThat(namesByUid(1, Optional.empty()))
                .isEqualTo(
                        with(
                                Map.of(
                                        "feedback-to-slas", "feedback to SLAs",
                                        "measurements-to-slas", "measurements to SLAs")));
    }

    @Test
    void sharesFeedbackBetweenShards() {
        assertThat(namesByUid(2, Optional.empty()))
                .isEqualTo(
                        with(Map.of("requests-to-share", "requests to share", "share", "share")));
    }

    @Test
    void endsABoundedRun() {
        assertThat(namesByUid(1, Optional.of(new Connectors.EndOfRun(new DiscardingSink<>(), 3))))
                .isEqualTo(
                        with(
                                Map.of(
                                        "feedback-to-slas", "feedback to SLAs",
                                        "measurements-to-slas", "measurements to SLAs",
                                        "end-of-run", "end of run",
                                        "end-markers", "end markers: Writer")));
    }

    /** The texts that the web UI's graph has in its boxes, one for each task. */
    @Test
    void theWebUiSaysWhatEachTaskDoes() {
        StreamGraph graph = graph(new Configuration(), 1, "", Optional.empty());
        assertThat(graph.isVertexNameIncludeIndexPrefix()).isFalse();

        List<String> boxes = new ArrayList<>();
        graph.getJobGraph()
                .getVertices()
                .forEach(vertex -> boxes.add(vertex.getOperatorPrettyName()));
        assertThat(boxes)
                .containsExactlyInAnyOrder(
                        """
                        requests: reads the prompts from their topic
                        +- parse requests: checks each; what it cannot use becomes a dead letter
                           +- refusals of dead letters: answers who waits for a request that is not valid
                              +- refusals: Writer
                        """,
                        """
                        embed: turns each prompt into features
                        """,
                        """
                        route: chooses the models of each request; learns from the labels
                        """,
                        """
                        infer: calls the models; meters and scores their answers
                        :- responses of outcomes: picks the response
                        :  +- responses: Writer
                        +- measurements of outcomes: picks what was measured of each model
                           +- measurements: Writer
                        """,
                        """
                        feedback: reads the labels of users and raters from their topic
                        +- parse feedback: checks each; what it cannot use becomes a dead letter
                           +- feedback to SLAs: sends each label to its SLA
                        """,
                        """
                        measurements source: reads back what infer measured, from the job's own topic
                        +- parse measurements: checks each; what it cannot use becomes a dead letter
                           +- measurements to SLAs: sends each measurement to its SLA
                        """,
                        """
                        bundle feedback: bundles the labels of each SLA or shard
                        """,
                        """
                        dead letters: Writer
                        """);
    }

    @Test
    void theWebUiSaysWhatShardsAndTheEndOfARunAre() {
        StreamGraph graph =
                graph(
                        new Configuration(),
                        2,
                        "",
                        Optional.of(new Connectors.EndOfRun(new DiscardingSink<>(), 3)));
        assertThat(graph.getStreamNodes())
                .allSatisfy(
                        node ->
                                assertThat(node.getOperatorDescription())
                                        .as(node.getOperatorName())
                                        .matches("[^:]+: ([a-z].+|Writer)"));
    }

    /** Otherwise one subtask would embed all requests of a partition, or call for all of an SLA. */
    @Test
    void spreadsRequestsEvenlyOverTheSubtasksThatEmbedAndInfer() {
        StreamGraph graph = graph(new Configuration(), 1, "", Optional.empty());

        assertThat(partitionerBefore("embed", graph)).isInstanceOf(RebalancePartitioner.class);
        assertThat(partitionerBefore("infer", graph)).isInstanceOf(RebalancePartitioner.class);
    }

    /** Shards are placed among a fixed number of key groups. */
    @ParameterizedTest
    @ValueSource(ints = {64, 512})
    void theClusterDoesNotSayHowManyKeyGroupsThereAre(int maxParallelism) {
        Configuration cluster = new Configuration();
        cluster.set(PipelineOptions.MAX_PARALLELISM, maxParallelism);

        StreamGraph graph = graph(cluster, 4, "", Optional.empty());

        for (String keyed : List.of("share", "bundle-feedback", "route")) {
            assertThat(node(keyed, graph).getMaxParallelism()).as(keyed).isEqualTo(Shards.MAX);
        }
    }

    @Test
    void moreSubtasksThanKeyGroupsEmbedAndInferButDoNotRoute() {
        Configuration cluster = new Configuration();
        cluster.set(CoreOptions.DEFAULT_PARALLELISM, 200);

        StreamGraph graph = graph(cluster, 1, "", Optional.empty());

        assertThat(node("embed", graph).getParallelism()).isEqualTo(200);
        assertThat(node("route", graph).getParallelism()).isEqualTo(Shards.MAX);
        assertThat(node("infer", graph).getParallelism()).isEqualTo(200);
    }

    @Test
    void operatorsHaveTheParallelismThatIsConfigured() {
        StreamGraph graph =
                graph(
                        new Configuration(),
                        1,
                        "parallelism: { sources: 3, embed: 7, route: 2, infer: 5 }",
                        Optional.empty());

        Map<String, Integer> parallelism = new TreeMap<>();
        graph.getStreamNodes()
                .forEach(
                        node ->
                                parallelism.put(
                                        node.getTransformationUID(), node.getParallelism()));
        assertThat(parallelism)
                .containsEntry("requests", 3)
                .containsEntry("parse-requests", 3)
                .containsEntry("feedback", 3)
                .containsEntry("parse-feedback", 3)
                .containsEntry("dead-letters", 3)
                .containsEntry("embed", 7)
                .containsEntry("route", 2)
                .containsEntry("infer", 5)
                .containsEntry("responses", 5)
                .containsEntry("measurements", 5);
    }

    private static StreamNode node(String uid, StreamGraph graph) {
        return graph.getStreamNodes().stream()
                .filter(node -> uid.equals(node.getTransformationUID()))
                .findAny()
                .orElseThrow();
    }

    private static StreamPartitioner<?> partitionerBefore(String uid, StreamGraph graph) {
        return node(uid, graph).getInEdges().get(0).getPartitioner();
    }

    private static Map<String, String> with(Map<String, String> others) {
        Map<String, String> all = new TreeMap<>(ALWAYS);
        all.putAll(others);
        return all;
    }

    private static Map<String, String> namesByUid(
            int shards, Optional<Connectors.EndOfRun> endOfRun) {
        Map<String, String> names = new TreeMap<>();
        for (StreamNode node : graph(new Configuration(), shards, "", endOfRun).getStreamNodes()) {
            assertThat(names.put(node.getTransformationUID(), node.getOperatorName())).isNull();
        }
        return names;
    }

    private static StreamGraph graph(
            Configuration cluster,
            int shards,
            String more,
            Optional<Connectors.EndOfRun> endOfRun) {
        MessConfig config = config(shards, more);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(cluster);
        FlinkSettings.configure(env, config);
        Pipeline.define(
                env,
                config,
                new Connectors(
                        new Connectors.Input(source(), null),
                        new Connectors.Input(source(), null),
                        new Connectors.Measurements(source(), new DiscardingSink<>()),
                        new Connectors.Responses(new DiscardingSink<>(), new DiscardingSink<>()),
                        new DiscardingSink<>(),
                        endOfRun));
        return env.getStreamGraph();
    }

    private static Source<RawRecord, ?, ?> source() {
        return KafkaSource.<RawRecord>builder()
                .setBootstrapServers("localhost:9092")
                .setTopics("any")
                .setGroupId("any")
                .setValueOnlyDeserializer(
                        new TypeInformationSerializationSchema<>(
                                TypeInformation.of(RawRecord.class), new ExecutionConfig()))
                .build();
    }

    private static MessConfig config(int shards, String more) {
        return new ConfigLoader(Map.of())
                .parse(
                        "test",
                        """
                        kafka: { bootstrap: "localhost:9092" }
                        zoo:
                          m: { url: "http://h/v1", model: m,
                               energy: { source: constant, joulesPerRequest: 1 } }
                        slas: { gold: { alpha: 0.5, shards: %d } }
                        embedding: { model: hashing }
                        %s
                        """
                                .formatted(shards, more));
    }
}
