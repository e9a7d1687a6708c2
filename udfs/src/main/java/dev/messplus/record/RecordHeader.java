package dev.messplus.record;

/**
 * A header of a Kafka record.
 *
 * @param name name of the header
 * @param value value of the header, as bytes; {@code null} if it has none
 */
public record RecordHeader(String name, byte[] value) {}
