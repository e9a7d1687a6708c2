package dev.messplus.job.kafka.source;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The record on the measurements topic that ends a bounded run.
 *
 * @param runId the same in every attempt of the run, which ends at its own marker only
 */
record EndMarker(String runId) implements Serializable {

    private static final String BEGIN = "{\"source\":\"end_of_run\",\"run\":\"";
    private static final byte[] PREFIX = BEGIN.getBytes(StandardCharsets.UTF_8);

    boolean matches(byte[] record) {
        return Arrays.equals(value(), record);
    }

    static boolean isMarker(byte[] record) {
        return record != null
                && record.length >= PREFIX.length
                && Arrays.equals(record, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    /** A schema that writes the marker to the partition whose number it is given. */
    KafkaRecordSerializationSchema<Integer> schema(String topic) {
        byte[] marker = value();
        return (partition, context, timestamp) ->
                new ProducerRecord<>(topic, partition, null, marker);
    }

    byte[] value() {
        return (BEGIN + runId + "\"}").getBytes(StandardCharsets.UTF_8);
    }
}
