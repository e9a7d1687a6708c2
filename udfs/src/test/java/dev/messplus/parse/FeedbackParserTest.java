package dev.messplus.parse;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static dev.messplus.fixture.Fixtures.raw;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Json;
import dev.messplus.record.Label;
import dev.messplus.record.RawRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels that users and raters write. */
class FeedbackParserTest {

    private static final String LABEL = "{'request_id':'a','sla':'gold','model':'small',%s}";

    private final FeedbackParser parser = new FeedbackParser(CATALOG);
    private final CountedIgnored ignored = new CountedIgnored();

    @Test
    void readsALabel() throws Exception {
        assertThat(parse(json(LABEL.formatted("'score':1,'source':'user','stars':5"))))
                .isEqualTo(new Label("a", "gold", "small", 1, "user"));
        assertThat(ignored.unknownFields()).isOne();
        assertThat(parse(json(LABEL.formatted("'score':0.5"))))
                .isEqualTo(new Label("a", "gold", "small", 0.5, null));
    }

    /** What raters copy from a response resembles fields that are there as well. */
    @Test
    void anUnknownFieldThatResemblesAPresentOneIsIgnored() throws Exception {
        assertThat(
                        parse(
                                json(
                                        "{'mode':'explore','request_ids':[],"
                                                + LABEL.substring(1).formatted("'score':1"))))
                .isEqualTo(new Label("a", "gold", "small", 1, null));
        assertThat(ignored.unknownFields()).isEqualTo(2);
    }

    @Test
    void readsWhatACommandWrites() throws Exception {
        Label label = new Label("a", "gold", "small", 0.25, "user");
        assertThat(parse(raw(Json.bytes(label)))).isEqualTo(label);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'served':true",
                "'served':false",
                "'error':'late'",
                "'energy_joules':4",
                "'failed_joules':2",
                "'prompt_tokens':2",
                "'completion_tokens':2",
                "'unavailable_millis':30000",
                "'decision':'77'",
                "'run':'r'",
                "'checkpoint':3",
                "'energy_source':'nvml'",
                "'energy_assumed':true",
            })
    void whatOnlyTheJobCanKnowIsRefused(String field) {
        String name = field.substring(1, field.indexOf('\'', 1));
        assertRefused(
                json(LABEL.formatted("'score':1," + field)),
                Reason.INVALID_VALUE,
                name
                        + ": must not be set: it belongs to the topic of measurements, which only"
                        + " the job writes; leave it out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"meter", "scorer"})
    void nobodyElseIsTheJob(String source) {
        assertRefused(
                json(LABEL.formatted("'score':1,'source':'" + source + "'")),
                Reason.INVALID_VALUE,
                "source: must not be \"%s\", which only the job writes; say who rated"
                        .formatted(source));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'score':-0.1          | SCORE_OUT_OF_RANGE | score: must be between 0 and 1, was -0.1",
                "'score':1.1           | SCORE_OUT_OF_RANGE | score: must be between 0 and 1, was 1.1",
                "'score':NaN           | INVALID_VALUE | score: must be a finite number, was NaN",
                "'score':-Infinity     | INVALID_VALUE | score: must be a finite number, was -Infinity",
                "'score':1e999         | INVALID_VALUE | score: must be a finite number, was 1e999",
                "'score':'0.5'         | INVALID_VALUE | score: must be a number, was \"0.5\"",
                "'score':[1]           | INVALID_VALUE | score: must be a number, was an array",
                "'score':true          | INVALID_VALUE | score: must be a number, was true",
                "'score':1,'score':0   | INVALID_VALUE | score: occurs more than once; keep one of them",
                "'score':1,'sourc':'u' | INVALID_VALUE | sourc: is unknown; did you mean source?",
                "'source':'user'       | MISSING_FIELD | score: is missing",
                "'score':null          | MISSING_FIELD | score: is missing",
                "'score':1,'source':{} | INVALID_VALUE | source: must be a string, was an object",
                "'score':1,'source':5  | INVALID_VALUE | source: must be a string, was 5",
                "'score':1,,           | INVALID_JSON  | value: is not JSON at column",
            })
    void anInvalidFieldIsRefused(String field, Reason reason, String detail) {
        assertRefused(json(LABEL.formatted(field)), reason, detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'sla':'gold','model':'small'                    | MISSING_FIELD | request_id: is missing",
                "'request_id':'','sla':'gold','model':'small'    | INVALID_VALUE | request_id: must have 1 to 256 characters",
                "'request_id':[],'sla':'gold','model':'small'    | INVALID_VALUE | request_id: must be a string, was an array",
                "'request_id':7,'sla':'gold','model':'small'     | INVALID_VALUE | request_id: must be a string, was 7",
                "'requestId':'a','sla':'gold','model':'small'    | INVALID_VALUE | requestId: is unknown; did you mean request_id?",
                "'request_id':'a','model':'small'                | MISSING_FIELD | sla: is missing",
                "'request_id':'a','sla':'lead','model':'small'   | UNKNOWN_SLA | sla: unknown 'lead'; known are gold, silver",
                "'request_id':'a','sla':'gold'                   | MISSING_FIELD | model: is missing",
                "'request_id':'a','sla':'gold','model':'medium'  | UNKNOWN_MODEL | model: unknown 'medium'; known are large, small",
            })
    void feedbackOnSomethingUnknownIsRefused(String fields, Reason reason, String detail) {
        assertRefused(json("{'score':1," + fields + "}"), reason, detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"request_id", "source"})
    void overlongNamesAreRefused(String field) {
        assertRefused(
                json("{'%s':'%s','score':1}".formatted(field, "a".repeat(257))),
                Reason.INVALID_VALUE,
                field + ": must have 1 to 256 characters, had 257");
    }

    @Test
    void overlongRecordIsRefused() {
        assertRefused(
                json(LABEL.formatted("'score':1,'comment':'" + "a".repeat(65_536) + "'")),
                Reason.RECORD_TOO_LONG,
                "value: must have at most 65536 bytes, had 65");
    }

    @Test
    void tombstoneAndWhatIsNoObjectAreRefused() {
        assertRefused(raw(null), Reason.INVALID_JSON, "value: is null; send a JSON object");
        assertRefused(raw(new byte[0]), Reason.INVALID_JSON, "value: must be one JSON object");
        assertRefused(
                json("[1]"), Reason.INVALID_JSON, "value: must be one JSON object, was '[1]'");
    }

    private Label parse(RawRecord record) throws InvalidRecordException {
        return parser.parse(record, ignored);
    }

    private void assertRefused(RawRecord record, Reason reason, String detail) {
        Refusals.assertRefused(parser::parse, record, reason, detail);
    }
}
