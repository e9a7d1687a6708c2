package dev.messplus.batch.kafka;

import dev.messplus.batch.line.RequestId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds the lines that a batch has sent and not recorded before it was killed, so that none is sent
 * twice. Reads the requests topic behind the offsets that were recorded, and past the transactions
 * of others, in which the batch has no line.
 */
public final class SentLines {

    private static final Duration POLL = Duration.ofMillis(200);

    private SentLines() {}

    /**
     * Numbers of the lines of a batch on the topic.
     *
     * @param batch what the ids of its requests begin with
     * @param from by partition; a partition that is missing is read from its start
     */
    public static BitSet of(JobTopics topics, String batch, Map<Integer, Long> from) {
        BitSet lines = new BitSet();
        String prefix = RequestId.prefix(batch);
        try (KafkaConsumer<byte[], byte[]> consumer = topics.consumer("read_uncommitted")) {
            List<TopicPartition> partitions = JobTopics.partitions(topics.requests(), consumer);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            for (TopicPartition partition : partitions) {
                // What the topic has deleted, the job has read or never will.
                long begin = begins.get(partition);
                consumer.seek(
                        partition,
                        Math.max(begin, from.getOrDefault(partition.partition(), begin)));
            }
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.key() != null) {
                        add(new String(record.key(), StandardCharsets.UTF_8), prefix, lines);
                    }
                }
            }
        }
        return lines;
    }

    private static void add(String id, String prefix, BitSet lines) {
        if (id.startsWith(prefix)) {
            RequestId.parse(id).ifPresent(request -> lines.set(Math.toIntExact(request.line())));
        }
    }
}
