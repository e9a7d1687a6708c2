package dev.messplus.job.kafka;

import dev.messplus.record.Json;
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
 * Writes records as JSON. Their Kafka timestamp is that of writing, which the feedback clock reads.
 *
 * <p>A record that the producer would refuse for its size is shortened, step by step: refused, it
 * would fail the job, which would come to the same record again after every restart.
 */
final class JsonRecordSchema<T>
        implements KafkaRecordSerializationSchema<T>, KafkaDatasetFacetProvider {

    private final String topic;
    private final Key<T> key;
    private final int maxBytes;
    private final List<Shortening<T>> shortenings;

    /** What a record is keyed by. */
    interface Key<T> extends Function<T, String>, Serializable {}

    /** Makes a record smaller. */
    interface Shortening<T> extends UnaryOperator<T>, Serializable {}

    /**
     * A schema of a topic.
     *
     * @param maxBytes largest value that is written as it is
     * @param shortenings what is done to a larger one, in this order and as far as it takes
     */
    @SafeVarargs
    JsonRecordSchema(String topic, Key<T> key, int maxBytes, Shortening<T>... shortenings) {
        this.topic = topic;
        this.key = key;
        this.maxBytes = maxBytes;
        this.shortenings = List.of(shortenings);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            T value, KafkaSinkContext context, Long timestamp) {
        T written = value;
        byte[] json = Json.bytes(written);
        for (Shortening<T> shortening : shortenings) {
            if (json.length <= maxBytes) {
                break;
            }
            written = shortening.apply(written);
            json = Json.bytes(written);
        }
        return new ProducerRecord<>(topic, key.apply(value).getBytes(StandardCharsets.UTF_8), json);
    }

    /** Where the connector looks for transactions that an earlier run left open. */
    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(
                        DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
    }
}
