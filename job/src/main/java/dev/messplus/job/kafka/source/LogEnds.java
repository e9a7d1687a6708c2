package dev.messplus.job.kafka.source;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Where partitions end: everything that was written before a time is below these offsets or, if
 * only committed records are asked for, everything that could be read.
 *
 * @param offsets end of each partition whose leader answers; 0 of a partition without records
 * @param starts the first offset of each of them that was not deleted
 * @param asOfMillis the time, in milliseconds since the epoch
 */
record LogEnds(
        Map<TopicPartition, Long> offsets, Map<TopicPartition, Long> starts, long asOfMillis) {

    /** The end of a partition whose leader does not answer. */
    static final long UNKNOWN = -1;

    /** The end of a partition, or {@link #UNKNOWN}. */
    long of(TopicPartition partition) {
        return offsets.getOrDefault(partition, UNKNOWN);
    }
}
