package dev.messplus.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.messplus.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written for people to mend is read again without any other change. */
class DeadLetterLineTest {

    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void aLineSaysWhatIsWrongAndHasTheRecord() throws Exception {
        JsonNode line = JSON.readTree(line(bytes("{\"sla\":\"gld\"}")));

        assertThat(line.get("reason").asText()).isEqualTo("unknown_sla");
        assertThat(line.get("detail").asText()).isEqualTo("sla: unknown 'gld'");
        assertThat(line.get("id").asText()).isEqualTo("x");
        assertThat(line.has("sla")).isFalse();
        assertThat(line.get("topic").asText()).isEqualTo("mess.requests");
        assertThat(line.get("partition").asInt()).isEqualTo(3);
        assertThat(line.get("offset").asLong()).isEqualTo(7);
        assertThat(line.get("key").asText()).isEqualTo("k");
        assertThat(line.get("value").get("sla").asText()).isEqualTo("gld");
        assertThat(line.has("incomplete")).isFalse();
    }

    /** Numbers, the order of fields and fields that occur twice stay as they are. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":2}",
                "{ \"b\":0.10, \"a\":1e2 ,\"c\":12345678901234567890 }",
                "{\"prompt\":\"é \\u00e9 \\n {\\\"}\"}",
                "[1,2]",
                "\"text\"",
                "{\"prompt\":",
                "{} {}",
                "{\"score\":NaN}",
                "not json\n at all",
                "",
            })
    void aValueIsReadAgainByteForByte(String value) {
        assertThat(MendedLine.of(line(bytes(value))).value()).isEqualTo(bytes(value));
    }

    @Test
    void bytesThatAreNoTextAreReadAgain() {
        byte[] value = {'{', (byte) 0xff, 0, '\n', (byte) 0x80};
        assertThat(MendedLine.of(line(value)).value()).isEqualTo(value);
    }

    @Test
    void aValueOverSeveralLinesBecomesOneLine() {
        String line = line(bytes("{\n  \"sla\": \"gld\"\r\n}\n"));
        assertThat(line).doesNotContain("\n").doesNotContain("\r");
        assertThat(MendedLine.of(line).value()).isEqualTo(bytes("{   \"sla\": \"gld\"  }"));
    }

    @Test
    void keyAndHeadersOfTheRecordAreSentAgain() {
        ProducerRecord<byte[], byte[]> sent = MendedLine.of(line(bytes("{}"))).toKafka();

        assertThat(sent.topic()).isEqualTo("mess.requests");
        assertThat(sent.key()).isEqualTo(bytes("k"));
        assertThat(sent.headers().toArray())
                .extracting(header -> new RecordHeader(header.key(), header.value()))
                .usingRecursiveComparison()
                .isEqualTo(
                        List.of(
                                new RecordHeader("traceparent", bytes("00-1")),
                                new RecordHeader("binary", new byte[] {-1}),
                                new RecordHeader("empty", null)));
    }

    @Test
    void aMendedValueReplacesAText() {
        String line = "{\"topic\":\"t\",\"detail\":\"…\",\"value\":{\"prompt\": \"mended\"}}";
        assertThat(MendedLine.of(line).value()).isEqualTo(bytes("{\"prompt\": \"mended\"}"));
    }

    @Test
    void whatARecordLostIsSaid() {
        ConsumerRecord<byte[], byte[]> letter = letter(new byte[768]);
        letter.headers()
                .add("mess.dlq.original.bytes", bytes("2000"))
                .add("mess.dlq.headers.dropped", bytes("2"))
                .add("mess.dlq.key.dropped", bytes("900"));

        assertThat(MendedLine.of(DeadLetterLine.of(new DeadLetterRecord(letter))).incomplete())
                .isEqualTo(
                        "the value is cut to 768 of 2000 bytes, 2 headers were left out, the key of"
                                + " 900 bytes was left out");
    }

    /** Whoever may write to the topic can write anything. */
    @Test
    void aRecordThatIsNoDeadLetterIsShownAsWell() throws Exception {
        ConsumerRecord<byte[], byte[]> foreign =
                new ConsumerRecord<>("mess.dead-letters", 0, 5, null, bytes("hello"));
        foreign.headers().add("mess.dlq.offset", bytes("many")).add("mess.dlq.id", null);

        JsonNode line = JSON.readTree(DeadLetterLine.of(new DeadLetterRecord(foreign)));

        assertThat(line.get("reason").asText()).isEqualTo("?");
        assertThat(line.get("offset").asLong()).isEqualTo(-1);
        assertThat(line.get("text").asText()).isEqualTo("hello");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{\"topic\":\"t\" | must be one JSON object; is not JSON at column ",
                "[] | must be one JSON object",
                "{\"topic\":\"t\",\"value\":{}} {} | must be one JSON object",
                "{\"value\":{}} | topic: is missing",
                "{\"topic\":7,\"value\":{}} | topic: must be a string",
                "{\"topic\":\"t\"} | value: is missing; put the record there",
                "{\"topic\":\"t\",\"value\":null} | value: is null; put the record there, or remove the line",
                "{\"topic\":\"t\",\"value\":\"x\"} | value: must be a JSON object; use text",
                "{\"topic\":\"t\",\"text\":\"x\",\"value\":{}} | value: must be given once",
                "{\"topic\":\"t\",\"base64\":\"?\"} | base64: must be Base64",
                "{\"topic\":\"t\",\"headers\":{},\"value\":{}} | headers: must be a list",
                "{\"topic\":\"t\",\"headers\":[1],\"value\":{}} | headers: must be a list of objects",
                "{\"topic\":\"t\",\"headers\":[{}],\"value\":{}} | headers.name: is missing",
            })
    void aLineThatCannotBeSentSaysWhatToMend(String line, String message) {
        assertThatThrownBy(() -> MendedLine.of(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    private static String line(byte[] value) {
        return DeadLetterLine.of(new DeadLetterRecord(letter(value)));
    }

    private static ConsumerRecord<byte[], byte[]> letter(byte[] value) {
        ConsumerRecord<byte[], byte[]> letter =
                new ConsumerRecord<>("mess.dead-letters", 0, 5, bytes("k"), value);
        letter.headers()
                .add("traceparent", bytes("00-1"))
                .add("binary", new byte[] {-1})
                .add("empty", null)
                .add("mess.dlq.reason", bytes("unknown_sla"))
                .add("mess.dlq.detail", bytes("sla: unknown 'gld'"))
                .add("mess.dlq.id", bytes("x"))
                .add("mess.dlq.topic", bytes("mess.requests"))
                .add("mess.dlq.partition", bytes("3"))
                .add("mess.dlq.offset", bytes("7"));
        return letter;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
