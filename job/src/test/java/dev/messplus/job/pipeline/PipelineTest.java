package dev.messplus.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.MessJob;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.record.RawRecord;
import dev.messplus.routing.Shards;
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
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/** The names and uids of the operators, as metrics and savepoints know them. */
class PipelineTest {

    private static final Map<String, String> ALWAYS =
            Map.ofEntries(
                    Map.entry("requests", "Source: requests"),
                    Map.entry("parse-requests", "parse requests"),
                    Map.entry("embed", "embed"),
                    Map.entry("bundle-feedback", "bundle feedback"),
                    Map.entry("route", "route"),
                    Map.entry("stop-watermarks", "stop watermarks"),
                    Map.entry("infer", "infer"),
                    Map.entry("responses-of-outcomes", "responses of outcomes"),
                    Map.entry("responses", "responses: Writer"),
                    Map.entry("measurements-of-outcomes", "measurements of outcomes"),
                    Map.entry("measurements", "measurements: Writer"),
                    Map.entry("feedback", "Source: feedback"),
                    Map.entry("parse-feedback", "parse feedback"),
                    Map.entry("dead-letters", "dead letters: Writer"));

    @Test
    void addressesFeedbackToSlasThatAreNotSplit() {
        assertThat(namesByUid(1, Optional.empty()))
                .isEqualTo(with(Map.of("feedback-to-slas", "feedback to SLAs")));
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
                                        "end-of-run", "end of run",
                                        "end-markers", "end markers: Writer")));
    }

    /** Shards are placed among so many key groups; with others, subtasks would have none. */
    @Test
    void keyedOperatorsHaveTheKeyGroupsOfShardsWhateverTheClusterConfigures() {
        Configuration cluster = new Configuration();
        cluster.set(PipelineOptions.MAX_PARALLELISM, 512);
        cluster.set(CoreOptions.DEFAULT_PARALLELISM, 200);
        Map<String, StreamNode> nodes = nodesByUid(cluster, 2, Optional.empty());
        for (String keyed : List.of("share", "route")) {
            assertThat(nodes.get(keyed).getMaxParallelism()).isEqualTo(Shards.MAX);
            assertThat(nodes.get(keyed).getParallelism()).isEqualTo(Shards.MAX);
        }
        assertThat(nodes.get("embed").getMaxParallelism()).isEqualTo(512);
        assertThat(nodes.get("embed").getParallelism()).isEqualTo(200);

        cluster.set(CoreOptions.DEFAULT_PARALLELISM, 2);
        assertThat(nodesByUid(cluster, 1, Optional.empty()).get("route").getParallelism())
                .isEqualTo(2);
    }

    private static Map<String, String> with(Map<String, String> others) {
        Map<String, String> all = new TreeMap<>(ALWAYS);
        all.putAll(others);
        return all;
    }

    private static Map<String, String> namesByUid(
            int shards, Optional<Connectors.EndOfRun> endOfRun) {
        Map<String, String> names = new TreeMap<>();
        nodesByUid(new Configuration(), shards, endOfRun)
                .forEach((uid, node) -> names.put(uid, node.getOperatorName()));
        return names;
    }

    private static Map<String, StreamNode> nodesByUid(
            Configuration cluster, int shards, Optional<Connectors.EndOfRun> endOfRun) {
        MessConfig config = config(shards);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(cluster);
        MessJob.configure(env, config);
        Pipeline.define(
                env,
                config,
                new Connectors(
                        source(),
                        source(),
                        new DiscardingSink<>(),
                        new DiscardingSink<>(),
                        new DiscardingSink<>(),
                        endOfRun));

        Map<String, StreamNode> nodes = new TreeMap<>();
        for (StreamNode node : env.getStreamGraph().getStreamNodes()) {
            assertThat(nodes.put(node.getTransformationUID(), node)).isNull();
        }
        return nodes;
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

    private static MessConfig config(int shards) {
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
                        """
                                .formatted(shards));
    }
}
