package dev.messplus.record;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * A Kafka record before it is parsed.
 *
 * @param topic topic of the record
 * @param partition partition of the record
 * @param offset offset of the record in its partition
 * @param timestampMillis timestamp of the record, in milliseconds since the epoch
 * @param headers headers of the record, in their order; a name can occur more than once
 * @param key key of the record; {@code null} if it has none
 * @param value value of the record; {@code null} for a tombstone
 */
@RecordBuilder
public record RawRecord(
        String topic,
        int partition,
        long offset,
        long timestampMillis,
        List<RecordHeader> headers,
        byte[] key,
        byte[] value) {

    public RawRecord {
        headers = headers == null ? List.of() : headers;
    }

    /** Its place, which is the id of a request that has none: topic, partition and offset. */
    public String place() {
        return topic + "-" + partition + "-" + offset;
    }
}
