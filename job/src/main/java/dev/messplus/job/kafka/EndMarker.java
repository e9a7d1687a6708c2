package dev.messplus.job.kafka;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The record on the measurements topic that ends a bounded run. It contains the id of the run, so
 * that a run ends at its own marker only.
 */
final class EndMarker implements Serializable {

    private static final byte[] PREFIX =
            "{\"source\":\"end_of_run\",\"run\":\"".getBytes(StandardCharsets.UTF_8);

    private final byte[] value;

    /**
     * The marker of a run.
     *
     * @param runId the same in every attempt of the run
     */
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

    /** A schema that writes the marker to the partition whose number it is given. */
    KafkaRecordSerializationSchema<Integer> schema(String topic) {
        byte[] marker = value;
        return (partition, context, timestamp) ->
                new ProducerRecord<>(topic, partition, null, marker);
    }
}
