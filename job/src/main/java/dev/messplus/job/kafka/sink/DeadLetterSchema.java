package dev.messplus.job.kafka.sink;

import dev.messplus.record.DeadLetter;
import dev.messplus.record.DeadLetterHeaders;
import dev.messplus.record.RawRecord;
import dev.messplus.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes an invalid record as it was read: its key, its value and its headers. What is wrong with
 * it stands in {@linkplain DeadLetterHeaders more headers}.
 *
 * <p>A record that is too large for the producer loses as little as possible: its headers, its key
 * as well, or all but the beginning of its value. A header says so.
 */
final class DeadLetterSchema extends TopicSchema<DeadLetter> {

    private final int maxBytes;

    /**
     * A schema for a topic.
     *
     * @param maxBytes largest key, value and headers that are written together, in bytes; enough
     *     for those that say what is wrong
     */
    DeadLetterSchema(String topic, int maxBytes) {
        super(topic);
        this.maxBytes = maxBytes;
    }

    /** Which parts of a record are written beside its value. */
    private enum Kept {
        KEY_AND_HEADERS,
        KEY,
        NOTHING
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            DeadLetter letter, KafkaSinkContext context, Long timestamp) {
        DeadLetter cut = letter.cut();
        return Stream.of(
                        record(letter, Kept.KEY_AND_HEADERS),
                        record(letter, Kept.KEY),
                        record(letter, Kept.NOTHING),
                        record(cut, Kept.KEY_AND_HEADERS),
                        record(cut, Kept.KEY))
                .filter(kafka -> length(kafka.key()) + bytes(kafka) <= maxBytes)
                .findFirst()
                .orElseGet(() -> record(cut, Kept.NOTHING));
    }

    private ProducerRecord<byte[], byte[]> record(DeadLetter letter, Kept kept) {
        RawRecord origin = letter.origin();
        List<RecordHeader> headers = new ArrayList<>(origin.headers());
        // Such headers of the record itself are those of an earlier dead letter.
        headers.removeIf(header -> header.name().startsWith(DeadLetterHeaders.PREFIX));
        int ownHeaders = headers.size();
        if (kept != Kept.KEY_AND_HEADERS) {
            headers.clear();
        }
        add(DeadLetterHeaders.REASON, letter.reason(), headers);
        add(DeadLetterHeaders.DETAIL, letter.detail(), headers);
        add(DeadLetterHeaders.ID, letter.id(), headers);
        add(DeadLetterHeaders.SLA, letter.sla(), headers);
        add(DeadLetterHeaders.TOPIC, origin.topic(), headers);
        add(DeadLetterHeaders.PARTITION, origin.partition(), headers);
        add(DeadLetterHeaders.OFFSET, origin.offset(), headers);
        add(DeadLetterHeaders.TIMESTAMP, origin.timestampMillis(), headers);
        add(DeadLetterHeaders.ORIGINAL_BYTES, letter.originalBytes(), headers);
        if (kept != Kept.KEY_AND_HEADERS && ownHeaders > 0) {
            add(DeadLetterHeaders.HEADERS_DROPPED, ownHeaders, headers);
        }
        byte[] key = origin.key();
        if (kept == Kept.NOTHING && key != null) {
            add(DeadLetterHeaders.KEY_DROPPED, key.length, headers);
            key = null;
        }
        return record(key, origin.value(), headers);
    }

    private static void add(String name, Object value, List<RecordHeader> headers) {
        if (value != null) {
            byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
            headers.add(new RecordHeader(name, text));
        }
    }
}
