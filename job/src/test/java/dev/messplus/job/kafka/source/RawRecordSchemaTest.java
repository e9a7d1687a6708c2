package dev.messplus.job.kafka.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.messplus.record.RawRecord;
import dev.messplus.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RawRecordSchemaTest {

    private final List<RawRecord> read = new ArrayList<>();
    private final RecordHeaders headers = new RecordHeaders();

    @Test
    void passesOnWhereARecordIs() {
        read("{}".getBytes(StandardCharsets.UTF_8));

        assertThat(read)
                .singleElement()
                .satisfies(raw -> assertThat(raw.offset()).isEqualTo(7))
                .satisfies(raw -> assertThat(raw.timestampMillis()).isEqualTo(42));
    }

    @Test
    void passesOnHeadersInTheirOrder() {
        headers.add("tenant", new byte[] {1}).add("tenant", null).add("trace", new byte[0]);
        read(new byte[0]);
        assertThat(read.get(0).headers())
                .extracting(RecordHeader::name, RecordHeader::value)
                .containsExactly(
                        tuple("tenant", new byte[] {1}),
                        tuple("tenant", null),
                        tuple("trace", new byte[0]));
    }

    private void read(byte[] value) {
        new RawRecordSchema()
                .deserialize(
                        new ConsumerRecord<>(
                                "measurements",
                                0,
                                7,
                                42,
                                TimestampType.CREATE_TIME,
                                -1,
                                -1,
                                null,
                                value,
                                headers,
                                Optional.empty()),
                        new ListCollector<>(read));
    }
}
