package dev.messplus.record;

/**
 * A Kafka record before it is parsed.
 *
 * @param topic topic of the record
 * @param partition partition of the record
 * @param offset offset of the record in its partition
 * @param timestampMillis timestamp of the record, in milliseconds since the epoch
 * @param value value of the record; {@code null} for a tombstone
 */
public record RawRecord(
        String topic, int partition, long offset, long timestampMillis, byte[] value) {}
