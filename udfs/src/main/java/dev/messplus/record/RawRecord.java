package dev.messplus.record;

import java.util.List;

/**
 * A Kafka record before it is parsed.
 *
 * @param topic topic of the record
 * @param partition partition of the record
 * @param offset offset of the record in its partition
 * @param timestampMillis timestamp of the record, in milliseconds since the epoch
 * @param headers headers of the record, in their order; a name can occur more than once
 * @param value value of the record; {@code null} for a tombstone
 */
public record RawRecord(
        String topic,
        int partition,
        long offset,
        long timestampMillis,
        List<RecordHeader> headers,
        byte[] value) {

    /** A record without headers. */
    public RawRecord(String topic, int partition, long offset, long timestampMillis, byte[] value) {
        this(topic, partition, offset, timestampMillis, List.of(), value);
    }
}
