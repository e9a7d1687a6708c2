package dev.messplus.job.kafka.sink;

import dev.messplus.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Writes records to one topic. A record that is too large for the producer is made smaller.
 * Otherwise it would fail the job, again after every restart.
 *
 * @param <T> type of the records
 */
abstract class TopicSchema<T>
        implements KafkaRecordSerializationSchema<T>, KafkaDatasetFacetProvider {

    /** Bytes that a header needs at most besides its name and value: the lengths of both. */
    private static final int HEADER_FRAMING_BYTES = 10;

    private final String topic;

    TopicSchema(String topic) {
        this.topic = topic;
    }

    final ProducerRecord<byte[], byte[]> record(
            byte[] key, byte[] value, List<RecordHeader> headers) {
        ProducerRecord<byte[], byte[]> kafka = new ProducerRecord<>(topic, key, value);
        headers.forEach(header -> kafka.headers().add(header.name(), header.value()));
        return kafka;
    }

    /** How many bytes the value and the headers of a record take at most. */
    static long bytes(ProducerRecord<byte[], byte[]> kafka) {
        long bytes = length(kafka.value());
        for (Header header : kafka.headers()) {
            bytes += HEADER_FRAMING_BYTES + length(header.value());
            bytes += header.key().getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes;
    }

    static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** The topic on which the connector looks for open transactions of an earlier run. */
    @Override
    public final Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(
                        DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
    }
}
