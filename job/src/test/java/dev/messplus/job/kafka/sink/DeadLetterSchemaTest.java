package dev.messplus.job.kafka.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.DeadLetter;
import dev.messplus.record.DeadLetterBuilder;
import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import dev.messplus.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class DeadLetterSchemaTest {

    private static final int MAX_BYTES = 2_000;

    private final DeadLetterSchema schema = new DeadLetterSchema("dead", MAX_BYTES);

    @Test
    void theRecordIsWrittenAsItWasRead() {
        byte[] value = {'{', (byte) 0xff, 0, '\n'};
        RecordHeader tenant = new RecordHeader("tenant", new byte[] {7});
        RecordHeader empty = new RecordHeader("tenant", null);
        var written = write(origin(value).key(bytes("k")).headers(List.of(tenant, empty)).build());

        assertThat(written.topic()).isEqualTo("dead");
        assertThat(written.key()).isEqualTo(bytes("k"));
        assertThat(written.value()).isEqualTo(value);
        assertThat(headers(written))
                .containsExactly(
                        "tenant=\u0007",
                        "tenant=null",
                        "mess.dlq.reason=unknown_sla",
                        "mess.dlq.detail=sla: unknown 'é'",
                        "mess.dlq.id=42",
                        "mess.dlq.sla=é",
                        "mess.dlq.topic=requests",
                        "mess.dlq.partition=3",
                        "mess.dlq.offset=7",
                        "mess.dlq.timestamp=1700000000000");
    }

    @Test
    void aTombstoneStaysOne() {
        DeadLetter letter =
                DeadLetterBuilder.builder()
                        .reason("invalid_json")
                        .detail("value: is null")
                        .origin(origin(null).build())
                        .build();
        var written = schema.serialize(letter, null, 99L);

        assertThat(written.key()).isNull();
        assertThat(written.value()).isNull();
        assertThat(headers(written))
                .contains("mess.dlq.reason=invalid_json")
                .noneMatch(header -> header.startsWith("mess.dlq.id"))
                .noneMatch(header -> header.startsWith("mess.dlq.sla"));
    }

    /** Sent again with the headers of its dead letter, a record may become a dead letter again. */
    @Test
    void theHeadersOfAnEarlierDeadLetterAreReplaced() {
        var written =
                write(
                        origin(bytes("{}"))
                                .headers(
                                        List.of(
                                                new RecordHeader("mess.dlq.offset", bytes("1")),
                                                new RecordHeader("mess.dlq.own", bytes("2"))))
                                .build());

        assertThat(headers(written))
                .contains("mess.dlq.offset=7")
                .doesNotContain("mess.dlq.offset=1", "mess.dlq.own=2");
    }

    @Test
    void ofAValueThatIsTooLargeTheBeginningRemains() {
        byte[] large = new byte[MAX_BYTES];
        Arrays.fill(large, (byte) 'x');
        var written =
                write(
                        origin(large)
                                .key(bytes("k"))
                                .headers(List.of(new RecordHeader("tenant", bytes("a"))))
                                .build());

        assertThat(written.value()).isEqualTo(Arrays.copyOf(large, 768));
        assertThat(written.key()).isEqualTo(bytes("k"));
        assertThat(headers(written)).contains("tenant=a", "mess.dlq.original.bytes=2000");
    }

    @Test
    void aValueStaysWholeIfItFitsWithoutTheHeaders() {
        byte[] value = new byte[MAX_BYTES / 2];
        var written =
                write(
                        origin(value)
                                .key(bytes("k"))
                                .headers(List.of(new RecordHeader("h", new byte[MAX_BYTES / 2])))
                                .build());

        assertThat(written.value()).isEqualTo(value);
        assertThat(written.key()).isEqualTo(bytes("k"));
        assertThat(headers(written))
                .contains("mess.dlq.headers.dropped=1")
                .noneMatch(header -> header.startsWith("mess.dlq.original.bytes"));
    }

    @Test
    void aKeyThatIsTooLargeIsLeftOut() {
        var written = write(origin(bytes("{}")).key(new byte[MAX_BYTES]).build());

        assertThat(written.key()).isNull();
        assertThat(written.value()).isEqualTo(bytes("{}"));
        assertThat(headers(written)).contains("mess.dlq.key.dropped=2000");
    }

    @Test
    void ofARecordThatIsTooLargeEverywhereTheBeginningRemains() {
        byte[] large = new byte[MAX_BYTES];
        var written =
                write(
                        origin(large)
                                .key(large)
                                .headers(List.of(new RecordHeader("h", large)))
                                .build());

        assertThat(written.key()).isNull();
        assertThat(written.value()).hasSize(768);
        assertThat(headers(written))
                .contains(
                        "mess.dlq.original.bytes=2000",
                        "mess.dlq.headers.dropped=1",
                        "mess.dlq.key.dropped=2000");
    }

    private ProducerRecord<byte[], byte[]> write(RawRecord origin) {
        DeadLetter letter =
                DeadLetterBuilder.builder()
                        .reason("unknown_sla")
                        .detail("sla: unknown 'é'")
                        .id("42")
                        .sla("é")
                        .origin(origin)
                        .build();
        var written = schema.serialize(letter, null, 99L);
        int bytes = TopicSchema.length(written.key()) + TopicSchema.length(written.value());
        for (Header header : written.headers()) {
            bytes += header.key().length() + TopicSchema.length(header.value());
        }
        assertThat(bytes).isLessThanOrEqualTo(MAX_BYTES);
        return written;
    }

    private static RawRecordBuilder origin(byte[] value) {
        return RawRecordBuilder.builder()
                .topic("requests")
                .partition(3)
                .offset(7)
                .timestampMillis(1_700_000_000_000L)
                .value(value);
    }

    private static List<String> headers(ProducerRecord<byte[], byte[]> written) {
        List<String> headers = new ArrayList<>();
        for (Header header : written.headers()) {
            headers.add(
                    header.key()
                            + "="
                            + (header.value() == null
                                    ? null
                                    : new String(header.value(), StandardCharsets.UTF_8)));
        }
        return headers;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
