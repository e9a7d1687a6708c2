package dev.messplus.parsing;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.RecordedMetrics;
import dev.messplus.record.DeadLetter;
import dev.messplus.record.DeadLetterBuilder;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import java.util.Arrays;
import java.util.Base64;
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
    void aDeadLetterHasTheRecordsPositionAndBytes() throws Exception {
        byte[] garbage = {'{', (byte) 0xff, 0, '\n', (byte) 0x80};
        parsing.processElement(new RawRecord("requests", 7, 99, 0, garbage), 5);
        parsing.processElement(new RawRecord("requests", 8, 100, 0, null), 6);

        assertThat(deadLetters()).hasSize(2);
        DeadLetter letter = deadLetters().get(0);
        assertThat(letter)
                .usingRecursiveComparison()
                .ignoringFields("detail")
                .isEqualTo(
                        DeadLetterBuilder.builder()
                                .reason("invalid_json")
                                .topic("requests")
                                .partition(7)
                                .offset(99)
                                .payloadBase64(Base64.getEncoder().encodeToString(garbage))
                                .build());
        assertThat(letter.detail()).startsWith("value: is not JSON");
        assertThat(deadLetters().get(1))
                .isEqualTo(
                        DeadLetterBuilder.builder()
                                .reason("invalid_json")
                                .detail("value: is null; send a JSON object")
                                .topic("requests")
                                .partition(8)
                                .offset(100)
                                .build());
        assertThat(metrics.value("deadLetters")).isEqualTo(2);
    }

    @Test
    void theDeadLetterOfATooLargeRecordHasItsFirstBytes() throws Exception {
        byte[] huge = new byte[CATALOG.maxRecordBytes() + 1];
        Arrays.fill(huge, (byte) 'x');
        parsing.processElement(new RawRecord("requests", 7, 99, 0, huge), 5);

        DeadLetter letter = deadLetters().get(0);
        assertThat(letter.reason()).isEqualTo("record_too_long");
        assertThat(letter.detail())
                .startsWith("value: must have at most 2097152 bytes")
                .endsWith("(payload cut to its first 768 bytes)");
        assertThat(letter.offset()).isEqualTo(99);
        assertThat(Base64.getDecoder().decode(letter.payloadBase64()))
                .isEqualTo(Arrays.copyOf(huge, 768));
    }

    private List<DeadLetter> deadLetters() {
        return parsing.getSideOutput(ParseFunction.DEAD_LETTERS).stream()
                .map(StreamRecord::getValue)
                .toList();
    }
}
