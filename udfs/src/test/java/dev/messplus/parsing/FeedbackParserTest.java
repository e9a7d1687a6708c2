package dev.messplus.parsing;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static dev.messplus.fixture.Fixtures.raw;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackBuilder;
import dev.messplus.record.Json;
import dev.messplus.record.RawRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeedbackParserTest {

    private static final String LABEL = "{'request_id':'a','sla':'gold','model':'small',%s}";

    private final FeedbackParser parser = new FeedbackParser(CATALOG);

    @Test
    void readsWhatTheJobWrites() throws Exception {
        Feedback feedback =
                FeedbackBuilder.builder()
                        .requestId("a")
                        .sla("gold")
                        .model("small")
                        .score(0.5)
                        .energyJoules(12.5)
                        .promptTokens(10)
                        .completionTokens(20)
                        .served(true)
                        .source(Feedback.SCORER)
                        .error("HTTP 500")
                        .failedJoules(2.5)
                        .energySource("nvml")
                        .energyAssumed(true)
                        .unavailableMillis(30_000L)
                        .decision(77L)
                        .build();
        assertThat(parser.parse(raw(Json.bytes(feedback)))).isEqualTo(feedback);
    }

    @Test
    void readsAUsersLabel() throws Exception {
        assertThat(parser.parse(json(LABEL.formatted("'score':1,'source':'user','stars':5"))))
                .isEqualTo(Feedback.label("a", "gold", "small", 1, "user"));
    }

    @Test
    void fieldsHaveTheNamesOnTheTopic() throws Exception {
        String own =
                "'source':'meter','energy_joules':4,'energy_source':'nvml','energy_assumed':true,"
                        + "'failed_joules':2,'unavailable_millis':30000,'error':'late'";
        Feedback feedback = parser.parse(json(LABEL.formatted(own)));
        assertThat(feedback)
                .isEqualTo(
                        FeedbackBuilder.builder()
                                .requestId("a")
                                .sla("gold")
                                .model("small")
                                .energyJoules(4.0)
                                .source("meter")
                                .error("late")
                                .failedJoules(2.0)
                                .energySource("nvml")
                                .energyAssumed(true)
                                .unavailableMillis(30_000L)
                                .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"'source':'user'", "'source':'METER'", "'source':null", "'stars':5"})
    void onlyTheJobMayMarkAModelUnavailableOrReportFailures(String source) throws Exception {
        String told =
                "'score':1,'energy_joules':4,'energy_source':'nvml','energy_assumed':true,"
                        + "'failed_joules':2,'unavailable_millis':30000,";
        Feedback feedback = parser.parse(json(LABEL.formatted(told + source)));
        assertThat(feedback.energyJoules()).isEqualTo(4);
        assertThat(feedback.energySource()).isEqualTo("nvml");
        assertThat(feedback.energyAssumed()).isNull();
        assertThat(feedback.failedJoules()).isNull();
        assertThat(feedback.unavailableMillis()).isNull();
    }

    @Test
    void theJobsOwnRecordsMayBeAboutAModelThatLeftTheZoo() throws Exception {
        String own =
                "{'request_id':'a','sla':'gold','model':'gone','energy_joules':1,'source':'meter'}";
        assertThat(parser.parse(json(own)).model()).isEqualTo("gone");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'score':0",
                "'score':1",
                "'energy_joules':0",
                "'served':true",
                "'served':false",
                "'source':'meter','failed_joules':0",
                "'source':'meter','unavailable_millis':0",
                "'source':'scorer','unavailable_millis':3600000"
            })
    void oneFieldIsEnough(String field) throws Exception {
        assertThat(parser.parse(json(LABEL.formatted(field)))).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'score':-0.1          | SCORE_OUT_OF_RANGE | score: must be between 0 and 1, was '-0.1'",
                "'score':1.1           | SCORE_OUT_OF_RANGE | score: must be between 0 and 1, was '1.1'",
                "'score':NaN           | SCORE_OUT_OF_RANGE | score: must be between 0 and 1, was 'NaN'",
                "'score':-Infinity     | SCORE_OUT_OF_RANGE | score: must be between 0 and 1, was '-Infinity'",
                "'score':1e999         | SCORE_OUT_OF_RANGE | score: must be between 0 and 1, was 'Infinity'",
                "'score':'abc'         | INVALID_VALUE | score: must be a number, was 'abc'",
                "'score':[1]           | INVALID_VALUE | score: must be a number, was an array",
                "'score':true          | INVALID_VALUE | score: must be a number, was a value of another type",
                "'energy_joules':-1    | INVALID_VALUE | energy_joules: must be between 0 and 1e+12, was '-1.0'",
                "'energy_joules':1e300 | INVALID_VALUE | energy_joules: must be between 0 and 1e+12, was '1.0E300'",
                "'energy_joules':NaN   | INVALID_VALUE | energy_joules: must be between 0 and 1e+12, was 'NaN'",
                "'energy_joules':Infinity | INVALID_VALUE | energy_joules: must be between 0 and 1e+12, was 'Infinity'",
                "'energy_joules':'much' | INVALID_VALUE | energy_joules: must be a number, was 'much'",
                "'failed_joules':-1    | INVALID_VALUE | failed_joules: must be between 0 and 1e+12, was '-1.0'",
                "'failed_joules':1e999 | INVALID_VALUE | failed_joules: must be between 0 and 1e+12, was 'Infinity'",
                "'failed_joules':'few' | INVALID_VALUE | failed_joules: must be a number, was 'few'",
                "'unavailable_millis':-1      | INVALID_VALUE | unavailable_millis: must be between 0 and 3600000, was '-1'",
                "'unavailable_millis':3600001 | INVALID_VALUE | unavailable_millis: must be between 0 and 3600000, was '3600001'",
                "'unavailable_millis':[]      | INVALID_VALUE | unavailable_millis: must be a number, was an array",
                "'score':1,'energy_assumed':'so' | INVALID_VALUE | energy_assumed: must be true or false, was 'so'",
                "'score':1,'energy_source':[]    | INVALID_VALUE | energy_source: must be a string, was an array",
                "'source':'user','unavailable_millis':5 | MISSING_FIELD | score: is missing; a label needs a score",
                "'score':1,'served':'maybe' | INVALID_VALUE | served: must be true or false, was 'maybe'",
                "'score':1,'prompt_tokens':'x' | INVALID_VALUE | prompt_tokens: must be a number, was 'x'",
                "'score':1,'completion_tokens':9999999999 | INVALID_VALUE | completion_tokens: Numeric value (9999999999) out of range of int",
                "'score':1,'source':{} | INVALID_VALUE | source: must be a string, was an object",
                "'source':'user'       | MISSING_FIELD | score: is missing; a label needs a score",
                "'score':null          | MISSING_FIELD | score: is missing; a label needs a score",
                "'score':'',           | INVALID_JSON  | value: is not JSON at line 1",
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
                "'request_id':'','sla':'gold','model':'small'    | MISSING_FIELD | request_id: is missing",
                "'request_id':[],'sla':'gold','model':'small'    | INVALID_VALUE | request_id: must be a string",
                "'request_id':'a','model':'small'                | MISSING_FIELD | sla: is missing",
                "'request_id':'a','sla':'lead','model':'small'   | UNKNOWN_SLA | sla: unknown 'lead'; known are gold, silver",
                "'request_id':'a','sla':'gold'                   | MISSING_FIELD | model: is missing",
                "'request_id':'a','sla':'gold','model':'medium'  | UNKNOWN_MODEL | model: unknown 'medium'; known are large, small",
            })
    void feedbackOnSomethingUnknownIsRefused(String fields, Reason reason, String detail) {
        assertRefused(json("{'score':1," + fields + "}"), reason, detail);
    }

    @Test
    void overlongIdIsRefused() {
        assertRefused(
                json(LABEL.formatted("'score':1").replace("'a'", "'" + "a".repeat(257) + "'")),
                Reason.INVALID_VALUE,
                "request_id: must have 1 to 256 characters, had 257");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "source"})
    void overlongNamesAreRefused(String field) {
        String overlong = "'%s':'%s','score':1,".formatted(field, "a".repeat(257));
        String rest = "'request_id':'a','sla':'gold'";
        assertRefused(
                json(
                        "{"
                                + overlong
                                + rest
                                + (field.equals("model")
                                        ? ",'source':'meter'}"
                                        : ",'model':'small'}")),
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

    private void assertRefused(RawRecord record, Reason reason, String detail) {
        Refusals.assertRefused(parser::parse, record, reason, detail);
    }
}
