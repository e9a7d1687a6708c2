package dev.messplus.job.kafka;

import dev.messplus.record.DeadLetter;
import dev.messplus.record.DeadLetterHeaders;
import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import dev.messplus.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes an invalid record as it was read: its key, its value and its headers. What is wrong with
 * it stands in {@linkplain DeadLetterHeaders more headers}.
 *
 * <p>A record that is too large for the producer loses as little as possible: its headers, its key
 * as well, or all but the beginning of its value. A header says so.
 */
final class DeadLetterSchema
        implements KafkaRecordSerializationSchema<DeadLetter>, KafkaDatasetFacetProvider {

    private final String topic;
    private final int maxBytes;

    /**
     * A schema for a topic.
     *
     * @param maxBytes largest key, value and headers that are written together, in bytes; enough
     *     for those that say what is wrong
     */
    DeadLetterSchema(String topic, int maxBytes) {
        this.topic = topic;
        this.maxBytes = maxBytes;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            DeadLetter letter, KafkaSinkContext context, Long timestamp) {
        Written whole = Written.of(letter);
        Written cut = Written.of(letter.cut());
        Written written =
                Stream.of(
                                whole,
                                whole.withoutHeaders(),
                                whole.withoutHeaders().withoutKey(),
                                cut,
                                cut.withoutHeaders())
                        .filter(record -> record.bytes() <= maxBytes)
                        .findFirst()
                        .orElseGet(() -> cut.withoutHeaders().withoutKey());
        ProducerRecord<byte[], byte[]> kafka =
                new ProducerRecord<>(topic, written.origin.key(), written.origin.value());
        Stream.concat(written.origin.headers().stream(), written.added.stream())
                .forEach(header -> kafka.headers().add(header.name(), header.value()));
        return kafka;
    }

    /**
     * A dead letter as it is written.
     *
     * @param origin what remains of the record
     * @param added the headers that say what is wrong
     */
    private record Written(RawRecord origin, List<RecordHeader> added) {

        /** Such headers of the record itself are those of an earlier dead letter. */
        static Written of(DeadLetter letter) {
            RawRecord origin = letter.origin();
            return new Written(
                    RawRecordBuilder.builder(origin)
                            .headers(
                                    origin.headers().stream()
                                            .filter(header -> !isOurs(header))
                                            .toList())
                            .build(),
                    describe(letter));
        }

        private static boolean isOurs(RecordHeader header) {
            return header.name().startsWith(DeadLetterHeaders.PREFIX);
        }

        private static List<RecordHeader> describe(DeadLetter letter) {
            RawRecord origin = letter.origin();
            return Stream.of(
                            header(DeadLetterHeaders.REASON, letter.reason()),
                            header(DeadLetterHeaders.DETAIL, letter.detail()),
                            header(DeadLetterHeaders.ID, letter.id()),
                            header(DeadLetterHeaders.SLA, letter.sla()),
                            header(DeadLetterHeaders.TOPIC, origin.topic()),
                            header(DeadLetterHeaders.PARTITION, origin.partition()),
                            header(DeadLetterHeaders.OFFSET, origin.offset()),
                            header(DeadLetterHeaders.TIMESTAMP, origin.timestampMillis()),
                            header(DeadLetterHeaders.ORIGINAL_BYTES, letter.originalBytes()))
                    .filter(header -> header.value() != null)
                    .toList();
        }

        Written withoutHeaders() {
            int dropped = origin.headers().size();
            return dropped == 0
                    ? this
                    : new Written(
                            RawRecordBuilder.builder(origin).headers(List.of()).build(),
                            and(header(DeadLetterHeaders.HEADERS_DROPPED, dropped)));
        }

        Written withoutKey() {
            return origin.key() == null
                    ? this
                    : new Written(
                            RawRecordBuilder.builder(origin).key(null).build(),
                            and(header(DeadLetterHeaders.KEY_DROPPED, origin.key().length)));
        }

        long bytes() {
            return RecordSize.of(origin.headers())
                    + RecordSize.of(added)
                    + RecordSize.of(origin.key())
                    + RecordSize.of(origin.value());
        }

        private List<RecordHeader> and(RecordHeader header) {
            return Stream.concat(added.stream(), Stream.of(header)).toList();
        }

        private static RecordHeader header(String name, Object value) {
            return new RecordHeader(
                    name, value == null ? null : value.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The topic on which the connector looks for open transactions of an earlier run. */
    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(
                        DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
    }
}
