package dev.messplus.serve.kafka;

import dev.messplus.batch.kafka.JobTopics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Shares out the partitions of a topic among the doors that are there. It is a consumer group,
 * whose members read nothing. Used by one thread.
 */
public final class Membership implements AutoCloseable {

    /** How long a door may be silent before others take over what it had. */
    private static final Duration ABSENCE = Duration.ofSeconds(10);

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<Integer> partitions = new TreeSet<>();

    /** A member. */
    public Membership(JobTopics topics, String topic) {
        consumer = topics.member(".doors", ABSENCE);
        this.topic = topic;
        consumer.subscribe(List.of(topic), new Partitions());
    }

    /**
     * The partitions that this door has now. To be called several times a minute.
     *
     * @param atMost how long it waits for a change
     */
    public Set<Integer> partitions(Duration atMost) {
        // All partitions are paused.
        var unused = consumer.poll(atMost);
        return Set.copyOf(partitions);
    }

    /** Has the partitions shared out again: this door has been taken for absent. */
    public void rejoin() {
        partitions.clear();
        consumer.unsubscribe();
        consumer.subscribe(List.of(topic), new Partitions());
    }

    private final class Partitions implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            consumer.pause(assigned);
            assigned.forEach(partition -> partitions.add(partition.partition()));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            revoked.forEach(partition -> partitions.remove(partition.partition()));
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            onPartitionsRevoked(lost);
        }
    }

    /** Leaves the group, so that others have the partitions at once. */
    @Override
    public void close() {
        consumer.close();
    }
}
