package dev.messplus.job.kafka.source;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Where partitions end: everything that could be read before a time is below these offsets.
 *
 * @param offsets end of each partition whose leader answers; 0 of a partition without records
 * @param asOfMillis the time, in milliseconds since the epoch
 */
record LogEnds(Map<TopicPartition, Long> offsets, long asOfMillis) {

    /** The end of a partition whose leader does not answer. */
    static final long UNKNOWN = -1;

    /** The end of a partition, or {@link #UNKNOWN}. */
    long of(TopicPartition partition) {
        return offsets.getOrDefault(partition, UNKNOWN);
    }
}
