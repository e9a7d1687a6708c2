package dev.messplus.record;

/**
 * A Kafka record before anyone looked into it.
 *
 * @param timestampMillis the record's timestamp, in milliseconds since the epoch
 * @param value its value; {@code null} for a tombstone
 */
public record RawRecord(
        String topic, int partition, long offset, long timestampMillis, byte[] value) {}
