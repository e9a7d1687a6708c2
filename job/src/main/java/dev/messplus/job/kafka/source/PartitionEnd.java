package dev.messplus.job.kafka.source;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;

/**
 * Gives a partition the end that it has in this run. The connector keeps the end that was
 * checkpointed: none if an unbounded job was, that of the earlier run if a bounded one was.
 */
interface PartitionEnd extends UnaryOperator<KafkaPartitionSplit>, Serializable {

    /**
     * The ends of the partitions that are known now. Any other one keeps the end that the connector
     * gives it.
     */
    static PartitionEnd at(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, Long> known = new HashMap<>(offsets);
        return split ->
                known.containsKey(split.getTopicPartition())
                        ? new KafkaPartitionSplit(
                                split.getTopicPartition(),
                                split.getStartingOffset(),
                                known.get(split.getTopicPartition()))
                        : split;
    }

    /** No end: something else ends the source, or nothing does. */
    static PartitionEnd never() {
        return split ->
                new KafkaPartitionSplit(split.getTopicPartition(), split.getStartingOffset());
    }
}
