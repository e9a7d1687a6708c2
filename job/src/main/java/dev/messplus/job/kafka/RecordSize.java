package dev.messplus.job.kafka;

import dev.messplus.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** How many bytes parts of a Kafka record take at most. */
final class RecordSize {

    /** Bytes that a header needs at most besides its name and value: the lengths of both. */
    private static final int HEADER_FRAMING_BYTES = 10;

    private RecordSize() {}

    static long of(List<RecordHeader> headers) {
        long bytes = 0;
        for (RecordHeader header : headers) {
            bytes += HEADER_FRAMING_BYTES + header.name().getBytes(StandardCharsets.UTF_8).length;
            bytes += of(header.value());
        }
        return bytes;
    }

    static int of(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
