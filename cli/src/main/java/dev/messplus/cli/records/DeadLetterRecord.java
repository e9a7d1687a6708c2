package dev.messplus.cli.records;

import dev.messplus.record.DeadLetterHeaders;
import dev.messplus.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record of the dead-letter topic.
 *
 * @param kafka the record: key, value and headers are those of the record that was invalid
 */
public record DeadLetterRecord(ConsumerRecord<byte[], byte[]> kafka) {

    /** What is wrong, for programs; a question mark if the record is no dead letter. */
    String reason() {
        return header(DeadLetterHeaders.REASON, "?");
    }

    /** What is wrong, for people. */
    String detail() {
        return header(DeadLetterHeaders.DETAIL, "not written by the job");
    }

    /** Id of the request; empty if it could not be read. */
    String id() {
        return header(DeadLetterHeaders.ID, "");
    }

    /** Name of the SLA; empty if it could not be read. */
    String sla() {
        return header(DeadLetterHeaders.SLA, "");
    }

    Instant written() {
        return Instant.ofEpochMilli(kafka.timestamp());
    }

    /** Topic that the record was read from; empty if that is not known. */
    String topic() {
        return header(DeadLetterHeaders.TOPIC, "");
    }

    /** Partition that the record was read from; -1 if that is not known. */
    long partition() {
        return number(DeadLetterHeaders.PARTITION, -1);
    }

    /** Offset of the record in its partition; -1 if that is not known. */
    long offset() {
        return number(DeadLetterHeaders.OFFSET, -1);
    }

    /** Size of the record's value before it was cut, in bytes; that of a tombstone is 0. */
    long originalBytes() {
        return number(
                DeadLetterHeaders.ORIGINAL_BYTES, kafka.value() == null ? 0 : kafka.value().length);
    }

    boolean isCut() {
        return kafka.headers().lastHeader(DeadLetterHeaders.ORIGINAL_BYTES) != null;
    }

    /** What the record lost because it was too large; empty if it is whole. */
    String missing() {
        List<String> missing = new ArrayList<>();
        if (isCut()) {
            missing.add(
                    "the value is cut to %d of %d bytes"
                            .formatted(kafka.value().length, originalBytes()));
        }
        String headers = header(DeadLetterHeaders.HEADERS_DROPPED, null);
        if (headers != null) {
            missing.add(headers + " headers were left out");
        }
        String key = header(DeadLetterHeaders.KEY_DROPPED, null);
        if (key != null) {
            missing.add("the key of " + key + " bytes was left out");
        }
        return String.join(", ", missing);
    }

    /** The headers that the record itself had. */
    List<RecordHeader> originalHeaders() {
        List<RecordHeader> headers = new ArrayList<>();
        for (Header header : kafka.headers()) {
            if (!header.key().startsWith(DeadLetterHeaders.PREFIX)) {
                headers.add(new RecordHeader(header.key(), header.value()));
            }
        }
        return headers;
    }

    private long number(String name, long otherwise) {
        try {
            return Long.parseLong(header(name, String.valueOf(otherwise)));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private String header(String name, String otherwise) {
        Header header = kafka.headers().lastHeader(name);
        return header == null || header.value() == null
                ? otherwise
                : new String(header.value(), StandardCharsets.UTF_8);
    }
}
