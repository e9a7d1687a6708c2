package dev.messplus.job.kafka;

import dev.messplus.record.Json;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes records as JSON. Their Kafka timestamp is that of writing, which the feedback clock reads.
 *
 * <p>A record that the producer would refuse for its size is shortened: refused, it would fail the
 * job, which would come to the same record again after every restart.
 */
final class JsonRecordSchema<T> implements KafkaRecordSerializationSchema<T> {

    private final String topic;
    private final Key<T> key;
    private final int maxBytes;
    private final Shortening<T> shortening;

    /** What a record is keyed by. */
    interface Key<T> extends Function<T, String>, Serializable {}

    /** Makes a record that is too large fit. */
    interface Shortening<T> extends UnaryOperator<T>, Serializable {}

    /**
     * A schema of a topic.
     *
     * @param maxBytes largest value that is written as it is
     */
    JsonRecordSchema(String topic, Key<T> key, int maxBytes, Shortening<T> shortening) {
        this.topic = topic;
        this.key = key;
        this.maxBytes = maxBytes;
        this.shortening = shortening;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            T value, KafkaSinkContext context, Long timestamp) {
        byte[] json = Json.bytes(value);
        if (json.length > maxBytes) {
            json = Json.bytes(shortening.apply(value));
        }
        return new ProducerRecord<>(topic, key.apply(value).getBytes(StandardCharsets.UTF_8), json);
    }
}
