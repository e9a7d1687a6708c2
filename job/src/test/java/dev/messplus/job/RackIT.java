package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.replica.ClientMetadata;
import org.apache.kafka.common.replica.PartitionView;
import org.apache.kafka.common.replica.ReplicaSelector;
import org.apache.kafka.common.replica.ReplicaView;
import org.junit.jupiter.api.Test;

/** Brokers that choose a replica by the rack of the TaskManager. */
class RackIT {

    /** Any variable that this process has. */
    private static final String VARIABLE = "PATH";

    /** Keeps the racks of those who read each topic. */
    public static final class RackRecorder implements ReplicaSelector {

        static final Map<String, Set<String>> RACKS = new ConcurrentHashMap<>();

        @Override
        public Optional<ReplicaView> select(
                TopicPartition partition, ClientMetadata client, PartitionView replicas) {
            RACKS.computeIfAbsent(partition.topic(), topic -> ConcurrentHashMap.newKeySet())
                    .add(client.rackId());
            return Optional.of(replicas.leader());
        }
    }

    @Test
    void allSourcesReadWithTheRackOfTheirTaskManager() throws Exception {
        try (TestCluster cluster =
                        TestCluster.builder()
                                .brokerSettings(
                                        Map.of(
                                                "replica.selector.class",
                                                RackRecorder.class.getName()))
                                .build();
                TestJob job =
                        TestJob.on(
                                        cluster,
                                        TestConfig.on(cluster, "rack")
                                                .set("kafka.rackVariable", VARIABLE))
                                .start()) {
            job.send(TestRequest.easy(0));
            job.flush();
            job.awaitResponses(1);
            for (String topic :
                    Set.of(job.requestsTopic(), job.feedbackTopic(), job.measurementsTopic())) {
                Patience.await()
                        .untilAsserted(
                                () ->
                                        assertThat(RackRecorder.RACKS)
                                                .containsEntry(
                                                        topic, Set.of(System.getenv(VARIABLE))));
            }
        }
    }
}
