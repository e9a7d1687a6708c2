package dev.messplus.job.kafka;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The record that ends a bounded run's reading of the feedback topic. It carries the run's own id,
 * so that no run is ended by another's marker.
 */
final class EndMarker implements Serializable {

    private static final byte[] PREFIX =
            "{\"source\":\"end_of_run\",\"run\":\"".getBytes(StandardCharsets.UTF_8);

    private final byte[] value;

    EndMarker(String runId) {
        byte[] suffix = (runId + "\"}").getBytes(StandardCharsets.UTF_8);
        value = Arrays.copyOf(PREFIX, PREFIX.length + suffix.length);
        System.arraycopy(suffix, 0, value, PREFIX.length, suffix.length);
    }

    /** Whether {@code record} is this marker. */
    boolean matches(byte[] record) {
        return Arrays.equals(value, record);
    }

    /** Whether {@code record} is the marker of any run. */
    static boolean isMarker(byte[] record) {
        return record != null
                && record.length >= PREFIX.length
                && Arrays.mismatch(PREFIX, 0, PREFIX.length, record, 0, PREFIX.length) < 0;
    }

    /** Writes the marker to the partition whose number is given. */
    KafkaRecordSerializationSchema<Integer> schema(String topic) {
        byte[] marker = value;
        return (partition, context, timestamp) ->
                new ProducerRecord<>(topic, partition, null, marker);
    }
}
