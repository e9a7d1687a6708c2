package dev.messplus.job.kafka;

import dev.messplus.record.Json;
import dev.messplus.record.RecordHeader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes records as JSON. It sets no timestamp: the producer sets the current time, which the
 * feedback clock reads.
 *
 * <p>A record that is too large for the producer, headers included, is shortened step by step.
 * Otherwise it would fail the job, again after every restart.
 *
 * @param <T> type of the records
 */
final class JsonRecordSchema<T>
        implements KafkaRecordSerializationSchema<T>, KafkaDatasetFacetProvider {

    private final String topic;
    private final Key<T> key;
    private final RecordHeaders<T> headers;
    private final int maxBytes;
    private final List<Shortening<T>> shortenings;

    interface Key<T> extends Function<T, String>, Serializable {}

    interface RecordHeaders<T> extends Function<T, List<RecordHeader>>, Serializable {}

    interface Shortening<T> extends UnaryOperator<T>, Serializable {}

    /**
     * A schema for a topic, whose records have no headers.
     *
     * @param maxBytes largest value that is written unchanged, in bytes
     * @param shortenings steps that make a larger value smaller, applied in this order until it
     *     fits
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    JsonRecordSchema(String topic, Key<T> key, int maxBytes, Shortening<T>... shortenings) {
        this(topic, key, none -> List.of(), maxBytes, List.of(shortenings));
    }

    private JsonRecordSchema(
            String topic,
            Key<T> key,
            RecordHeaders<T> headers,
            int maxBytes,
            List<Shortening<T>> shortenings) {
        this.topic = topic;
        this.key = key;
        this.headers = headers;
        this.maxBytes = maxBytes;
        this.shortenings = shortenings;
    }

    /** The same schema for records with headers, which count towards the size. */
    JsonRecordSchema<T> withHeaders(RecordHeaders<T> other) {
        return new JsonRecordSchema<>(topic, key, other, maxBytes, shortenings);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            T value, KafkaSinkContext context, Long timestamp) {
        T written = value;
        byte[] json = Json.bytes(written);
        for (Shortening<T> shortening : shortenings) {
            if (json.length + RecordSize.of(headers.apply(written)) <= maxBytes) {
                break;
            }
            written = shortening.apply(written);
            json = Json.bytes(written);
        }
        byte[] keyBytes = key.apply(value).getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> kafka = new ProducerRecord<>(topic, keyBytes, json);
        headers.apply(written)
                .forEach(header -> kafka.headers().add(header.name(), header.value()));
        return kafka;
    }

    /** The topic on which the connector looks for open transactions of an earlier run. */
    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(
                        DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
    }
}
