package dev.messplus.parse;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static dev.messplus.fixture.Fixtures.raw;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.RecordedMetrics;
import dev.messplus.record.DeadLetter;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import dev.messplus.record.RecordHeader;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParseFunctionTest {

    private final RecordedMetrics metrics = new RecordedMetrics();
    private final MockEnvironment environment =
            new MockEnvironmentBuilder().setMetricGroup(metrics.group()).build();

    private OneInputStreamOperatorTestHarness<RawRecord, PromptRequest> parsing;

    @BeforeEach
    void open() throws Exception {
        ParseFunction<PromptRequest> function =
                new ParseFunction<>(new RequestParser(CATALOG)::parse);
        // Serialized, as on a cluster.
        parsing =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(InstantiationUtil.clone(function)), environment);
        parsing.open();
    }

    @AfterEach
    void close() throws Exception {
        parsing.close();
        environment.close();
    }

    @Test
    void anInvalidRecordBecomesADeadLetterAndParsingContinues() throws Exception {
        parsing.processElement(json("{'id':'a','sla':'gold','prompt':'x'}"), 5);
        parsing.processElement(json("{'id':'b','sla':'lead','prompt':'x'}"), 6);
        parsing.processElement(json("{'id':'c','sla':'gold','prompt':'x'}"), 7);

        assertThat(parsing.extractOutputValues())
                .extracting(PromptRequest::id)
                .containsExactly("a", "c");
        assertThat(deadLetters()).extracting(DeadLetter::reason).containsExactly("unknown_sla");
        assertThat(metrics.value("deadLetters")).isOne();
    }

    @Test
    void aDeadLetterHasTheWholeRecord() throws Exception {
        RawRecord garbage =
                RawRecordBuilder.builder()
                        .topic("requests")
                        .partition(7)
                        .offset(99)
                        .timestampMillis(1_000)
                        .headers(List.of(new RecordHeader("h", new byte[] {1})))
                        .key(new byte[] {2})
                        .value(new byte[] {'{', (byte) 0xff, 0, '\n', (byte) 0x80})
                        .build();
        RawRecord tombstone = RawRecordBuilder.builder(garbage).value(null).build();
        parsing.processElement(garbage, 5);
        parsing.processElement(tombstone, 6);

        assertThat(deadLetters())
                .extracting(DeadLetter::origin)
                .usingRecursiveComparison()
                .isEqualTo(List.of(garbage, tombstone));
        assertThat(deadLetters()).extracting(DeadLetter::originalBytes).containsOnlyNulls();
        assertThat(deadLetters().get(0).detail())
                .startsWith("value: is not UTF-8: byte 0xff at position 1");
        assertThat(deadLetters().get(1).detail()).isEqualTo("value: is null; send a JSON object");
        assertThat(metrics.value("deadLetters")).isEqualTo(2);
    }

    @Test
    void theDeadLetterOfATooLargeRecordHasItsFirstBytes() throws Exception {
        byte[] huge = new byte[CATALOG.maxRecordBytes() + 1];
        Arrays.fill(huge, (byte) 'x');
        parsing.processElement(raw(huge), 5);

        DeadLetter letter = deadLetters().get(0);
        assertThat(letter.reason()).isEqualTo("record_too_long");
        assertThat(letter.detail()).startsWith("value: must have at most 2097152 bytes");
        assertThat(letter.origin().offset()).isEqualTo(42);
        assertThat(letter.origin().value()).isEqualTo(Arrays.copyOf(huge, 768));
        assertThat(letter.originalBytes()).isEqualTo(huge.length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'id':'b','sla':'lead','prompt':'x'}      | b | lead", // an unknown SLA
                "{'id':'b','sla':'gold'}                   | b | gold", // no prompt
                "{'prompt':7,'sla':'gold','id':'b'}        | b | gold", // read on after the mistake
                "{'id':42,'sla':'gold','prompt':'x'}       | 42 | gold", // not a string
                "{'metadata':[{'id':1},NaN],'id':'b','sla':'gold','prompt':'x'} | b | gold",
                "{'id':'b','sla':'gold','prompt':'x','id':'c'} | b | gold", // the first counts
                "{'id':'b','sla':'gold','prompt':'x        | b | gold", // cut
                "{'id':'b','prompt':'x',,'sla':'gold'}     | b | ", // no JSON before the SLA
                "{'id':{'a':1},'sla':null,'prompt':'x'}    | | ",
                "{'request_id':'b','promt':'x'}            | | ",
                "['id','b']                                | | ",
                "garbage                                   | | ",
            })
    void aDeadLetterSaysWhoseItIsAsFarAsThatCanBeRead(String record, String id, String sla)
            throws Exception {
        parsing.processElement(json(record), 5);

        assertThat(deadLetters()).hasSize(1);
        assertThat(deadLetters().get(0).id()).isEqualTo(id);
        assertThat(deadLetters().get(0).sla()).isEqualTo(sla);
    }

    @Test
    void theIdOfADeadLetterIsLimitedInLength() throws Exception {
        parsing.processElement(
                json("{'id':'%s','sla':'%s'}".formatted("x".repeat(300), "y".repeat(300))), 5);

        assertThat(deadLetters().get(0).id()).isEqualTo("x".repeat(256));
        assertThat(deadLetters().get(0).sla()).isEqualTo("y".repeat(256));
    }

    @Test
    void theDeadLetterOfATooLargeRecordHasItsId() throws Exception {
        byte[] begin = json("{'id':'a','sla':'gold','prompt':'").value();
        byte[] huge = Arrays.copyOf(begin, CATALOG.maxRecordBytes() + 1);
        Arrays.fill(huge, begin.length, huge.length, (byte) 'x');
        parsing.processElement(raw(huge), 5);

        assertThat(deadLetters().get(0).reason()).isEqualTo("record_too_long");
        assertThat(deadLetters().get(0).id()).isEqualTo("a");
    }

    @Test
    void theIdOfFeedbackIsThatOfItsRequest() throws Exception {
        assertThat(
                        Refusals.refusal(
                                        new FeedbackParser(CATALOG)::parse,
                                        json("{'id':'row7','request_id':'b','sla':'gold'}"))
                                .origin())
                .isEqualTo(new RecordOrigin("b", "gold"));
        assertThat(
                        Refusals.refusal(
                                        new MeasurementParser(CATALOG)::parse,
                                        json("{'request_id':'b','sla':'gone'}"))
                                .origin())
                .isEqualTo(new RecordOrigin("b", "gone"));
    }

    @Test
    void whatIsIgnoredIsCounted() throws Exception {
        RecordHeader invalid = new RecordHeader("traceparent", new byte[] {1});
        byte[] value = json("{'sla':'gold','prompt':'x','tenant':7,'row':8}").value();
        parsing.processElement(
                RawRecordBuilder.builder(raw(value))
                        .headers(List.of(invalid, invalid, invalid))
                        .build(),
                5);

        assertThat(metrics.value("unknownFields")).isEqualTo(2);
        assertThat(metrics.value("headersDropped")).isEqualTo(3);
        assertThat(metrics.value("deadLetters")).isZero();
    }

    @Test
    void aRecordThatIsParsedToNothingIsDroppedAndCounted() throws Exception {
        try (var dropping =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(
                                new ParseFunction<>(new MeasurementParser(CATALOG)::parse)),
                        environment)) {
            dropping.open();
            dropping.processElement(
                    json("{'request_id':'a','sla':'gone','model':'small','served':true}"), 5);
            assertThat(dropping.extractOutputValues()).isEmpty();
            assertThat(dropping.getSideOutput(ParseFunction.DEAD_LETTERS)).isNull();
        }
        assertThat(metrics.value("recordsDropped")).isOne();
    }

    private List<DeadLetter> deadLetters() {
        return parsing.getSideOutput(ParseFunction.DEAD_LETTERS).stream()
                .map(StreamRecord::getValue)
                .toList();
    }
}
