package dev.messplus.parse;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.raw;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.RecordedMetrics;
import dev.messplus.record.DeadLetter;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import java.io.IOException;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
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
import org.junit.jupiter.params.provider.ValueSource;

class DecodedRecordsTest {

    private final MockEnvironment environment =
            new MockEnvironmentBuilder().setMetricGroup(new RecordedMetrics().group()).build();

    private OneInputStreamOperatorTestHarness<RawRecord, PromptRequest> parsing;

    /** A value is a prompt, or what to do instead. */
    private static final class Prompts extends AbstractDeserializationSchema<String> {

        private transient boolean opened;

        @Override
        public void open(InitializationContext context) {
            assertThat(context.getUserCodeClassLoader().asClassLoader()).isNotNull();
            assertThat(context.getMetricGroup().getScopeComponents()).endsWith("deserializer");
            opened = true;
        }

        @Override
        public String deserialize(byte[] value) throws IOException {
            assertThat(opened).isTrue();
            String prompt = new String(value, UTF_8);
            return switch (prompt) {
                case "io" -> throw new IOException("no such schema");
                case "runtime" -> throw new IllegalStateException("x".repeat(1_000));
                case "deep" -> throw new StackOverflowError();
                case "large" -> throw new OutOfMemoryError("Java heap space");
                case "interrupt" -> throw new IOException(new InterruptedException());
                case "flag" -> {
                    Thread.currentThread().interrupt();
                    throw new IOException("no answer");
                }
                case "null" -> null;
                case "half" -> "{\"id\":\"\ud800\",\"sla\":\"gold\",\"prompt\":\"p\"}";
                case "unknown" -> "{\"id\":\"7\",\"sla\":\"lead\",\"prompt\":\"p\"}";
                default -> "{\"sla\":\"gold\",\"prompt\":\"" + prompt + "\"}";
            };
        }
    }

    @BeforeEach
    void open() throws Exception {
        ParseFunction<PromptRequest> function =
                new ParseFunction<>(
                        DecodedRecords.of(new Prompts(), new RequestParser(CATALOG)::parse));
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
    void aRequestIsReadFromTheJsonOfItsRecord() throws Exception {
        RawRecord raw = raw("grüße 😀".getBytes(UTF_8));
        parsing.processElement(raw, 5);

        PromptRequest request = parsing.extractOutputValues().get(0);
        assertThat(request.text()).isEqualTo("grüße 😀");
        assertThat(request.id()).isEqualTo(raw.place());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "io | cannot be decoded by FORMAT: java.io.IOException: no such schema; send what that class reads",
                "runtime | cannot be decoded by FORMAT: java.lang.IllegalStateException: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…; send what that class reads",
                "deep | cannot be decoded by FORMAT: java.lang.StackOverflowError; send what that class reads",
                "large | cannot be decoded by FORMAT: java.lang.OutOfMemoryError: Java heap space; send what that class reads",
                "null | was not decoded by FORMAT, which returned null; send what that class reads",
                "half | was decoded by FORMAT to a string with half a surrogate pair; send what that class reads",
            })
    void whatCannotBeDecodedBecomesADeadLetterAndParsingContinues(String value, String problem)
            throws Exception {
        RawRecord raw = raw(value.getBytes(UTF_8));
        parsing.processElement(raw, 5);
        parsing.processElement(raw("fine".getBytes(UTF_8)), 6);

        DeadLetter letter = deadLetter();
        assertThat(letter.reason()).isEqualTo("undecodable");
        assertThat(letter.detail())
                .isEqualTo("value: " + problem.replace("FORMAT", Prompts.class.getName()));
        assertThat(letter.id()).isNull();
        assertThat(letter.origin()).usingRecursiveComparison().isEqualTo(raw);
        assertThat(parsing.extractOutputValues())
                .extracting(PromptRequest::text)
                .containsExactly("fine");
    }

    @Test
    void anInvalidRequestBecomesADeadLetterAsItWasSent() throws Exception {
        parsing.processElement(raw("unknown".getBytes(UTF_8)), 5);

        DeadLetter letter = deadLetter();
        assertThat(letter.reason()).isEqualTo("unknown_sla");
        assertThat(letter.id()).isEqualTo("7");
        assertThat(letter.origin().value()).isEqualTo("unknown".getBytes(UTF_8));
    }

    /** A decoder may wait for a service when its task is cancelled. */
    @ParameterizedTest
    @ValueSource(strings = {"interrupt", "flag"})
    void aRecordIsNotInvalidBecauseItsTaskIsCancelled(String value) {
        try {
            assertThatThrownBy(() -> parsing.processElement(raw(value.getBytes(UTF_8)), 5))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Interrupted while %s decodes", Prompts.class.getName());
            assertThat(parsing.getSideOutput(ParseFunction.DEAD_LETTERS)).isNullOrEmpty();
        } finally {
            // It would interrupt what the test does next.
            var unused = Thread.interrupted();
        }
    }

    @Test
    void aTombstoneIsNotDecoded() throws Exception {
        RawRecord tombstone = RawRecordBuilder.builder(raw(new byte[0])).value(null).build();
        parsing.processElement(tombstone, 5);

        assertThat(deadLetter().detail()).isEqualTo("value: is null; send a JSON object");
    }

    private DeadLetter deadLetter() {
        assertThat(parsing.getSideOutput(ParseFunction.DEAD_LETTERS)).hasSize(1);
        StreamRecord<DeadLetter> only =
                parsing.getSideOutput(ParseFunction.DEAD_LETTERS).iterator().next();
        return only.getValue();
    }
}
