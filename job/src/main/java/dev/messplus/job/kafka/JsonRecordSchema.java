package dev.messplus.job.kafka;

import dev.messplus.record.Json;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes records as JSON. Their Kafka timestamp is that of writing, which the feedback clock reads.
 */
final class JsonRecordSchema<T> implements KafkaRecordSerializationSchema<T> {

    private final String topic;
    private final Key<T> key;

    /** What a record is keyed by. */
    interface Key<T> extends Function<T, String>, Serializable {}

    JsonRecordSchema(String topic, Key<T> key) {
        this.topic = topic;
        this.key = key;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            T value, KafkaSinkContext context, Long timestamp) {
        return new ProducerRecord<>(
                topic, key.apply(value).getBytes(StandardCharsets.UTF_8), Json.bytes(value));
    }
}
