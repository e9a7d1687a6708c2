package dev.messplus.parse;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static dev.messplus.fixture.Fixtures.raw;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.Observation;
import dev.messplus.record.Correction;
import dev.messplus.record.CorrectionBuilder;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Energy;
import dev.messplus.record.FailedAttempts;
import dev.messplus.record.JobFeedback;
import dev.messplus.record.Json;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.RawRecord;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the job wrote about its own calls. */
class MeasurementParserTest {

    private static final String MEASUREMENT = "{'request_id':'a','sla':'gold','model':'small',%s}";

    private static final Map<Class<?>, Object> VALUES =
            Map.of(
                    String.class,
                    "gold",
                    double.class,
                    0.5,
                    int.class,
                    7,
                    Integer.class,
                    8,
                    long.class,
                    77L,
                    Long.class,
                    78L,
                    boolean.class,
                    true);

    private final MeasurementParser parser = new MeasurementParser(CATALOG);
    private final CountedIgnored ignored = new CountedIgnored();

    @Test
    void readsWhateverTheJobWrites() throws Exception {
        assertThatItIsRead(withAllComponents(Measurement.class));
        assertThatItIsRead(
                CorrectionBuilder.builder(withAllComponents(Correction.class))
                        .energy(new Energy(0.5, 0.125, 0.25, "nvml", false, false))
                        .build());
    }

    private void assertThatItIsRead(JobFeedback all) throws Exception {
        assertThat(parse(raw(Json.bytes(all)))).isEqualTo(all);
        assertThat(ignored.unknownFields()).isZero();
    }

    /** A component that is added to the record, or to a part of it, must be read, too. */
    private static <T> T withAllComponents(Class<T> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = types[i].isRecord() ? withAllComponents(types[i]) : VALUES.get(types[i]);
        }
        return type.getDeclaredConstructor(types).newInstance(values);
    }

    @Test
    void decisionsHave64Bits() throws Exception {
        Measurement measurement =
                MeasurementBuilder.builder()
                        .requestId("a")
                        .sla("gold")
                        .model("small")
                        .served(true)
                        .decision(Long.MIN_VALUE)
                        .build();
        assertThat(parse(raw(Json.bytes(measurement)))).isEqualTo(measurement);
    }

    @Test
    void fieldsHaveTheNamesOnTheTopic() throws Exception {
        String fields =
                "'source':'meter','energy_joules':4,'energy_source':'nvml','energy_assumed':true,"
                        + "'failed_joules':2,'unavailable_millis':30000,'error':'late',"
                        + "'decision':'-77','run':'r1','checkpoint':0,"
                        + "'energy_uncertainty_joules':0.5,'idle_joules':1,'failed_unmetered':1,"
                        + "'energy_provisional':true";
        assertThat(parse(json(MEASUREMENT.formatted(fields))))
                .isEqualTo(
                        MeasurementBuilder.builder()
                                .requestId("a")
                                .sla("gold")
                                .model("small")
                                .energy(new Energy(4, 1, 0.5, "nvml", true, true))
                                .error("late")
                                .failed(new FailedAttempts(2, 1))
                                .unavailableMillis(30_000)
                                .decision(-77L)
                                .run("r1")
                                .build());
    }

    @Test
    void aRecordWithACorrectionIsOne() throws Exception {
        String fields =
                "'served':true,'source':'meter','energy_joules':4,'energy_source':'nvml',"
                        + "'correction':{'joules':-3,'failed_joules':2,'prompt_length':25,"
                        + "'scoring_joules':0.5,'planned':true,'max_tokens':64,'other':1},'decision':'-77','run':'r1','checkpoint':3";
        assertThat(parse(json(MEASUREMENT.formatted(fields))))
                .isEqualTo(
                        CorrectionBuilder.builder()
                                .requestId("a")
                                .sla("gold")
                                .model("small")
                                .energy(new Energy(4, 0, Double.NaN, "nvml", false, false))
                                .served(true)
                                .planned(true)
                                .joulesMore(-3)
                                .failedJoulesMore(2)
                                .scoringJoules(0.5)
                                .promptLength(25)
                                .maxTokens(64)
                                .decision(-77L)
                                .run("r1")
                                .checkpoint(3)
                                .build());
    }

    @Test
    void aScoreMayFollowItsAnswer() throws Exception {
        Measurement late =
                MeasurementBuilder.builder()
                        .requestId("a")
                        .sla("gold")
                        .model("small")
                        .score(0.5)
                        .afterServing(true)
                        .decision(-77L)
                        .checkpoint(3)
                        .build()
                        .written("r1", 5);

        assertThat(late.checkpoint()).isEqualTo(3);
        assertThat(parse(raw(Json.bytes(late)))).isEqualTo(late);
        assertThat(late.observation().outcome()).isEqualTo(Observation.Outcome.SCORED);
        assertThat(late.observation().score()).isEqualTo(0.5);
    }

    @Test
    void theModelMayHaveLeftTheZoo() throws Exception {
        String gone = "{'request_id':'a','sla':'gold','model':'gone','energy_joules':1}";
        assertThat(parse(json(gone)).model()).isEqualTo("gone");
    }

    @Test
    void aMeasurementOfAnSlaThatLeftTheConfigurationIsDropped() throws Exception {
        String gone = "{'request_id':'a','sla':'gone','model':'small','energy_joules':1}";
        assertThat(parse(json(gone))).isNull();
    }

    @Test
    void fieldsOfALaterReleaseAreIgnored() throws Exception {
        assertThat(parse(json(MEASUREMENT.formatted("'served':true,'serve':1,'runs':[{}]"))))
                .isNotNull();
        assertThat(ignored.unknownFields()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'score':0",
                "'energy_joules':0",
                "'served':false",
                "'failed_joules':0",
                "'failed_unmetered':0",
                "'correction':{}",
                "'unavailable_millis':0",
                "'unavailable_millis':3600000",
                "'energy_joules':1e12"
            })
    void oneFieldIsEnough(String field) throws Exception {
        assertThat(parse(json(MEASUREMENT.formatted(field)))).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'score':1.5           | SCORE_OUT_OF_RANGE | score: must be between 0 and 1, was 1.5",
                "'energy_joules':-1    | INVALID_VALUE | energy_joules: must be between 0 and 1e+12, was -1",
                "'energy_joules':1e300 | INVALID_VALUE | energy_joules: must be between 0 and 1e+12, was 1e300",
                "'energy_joules':NaN   | INVALID_VALUE | energy_joules: must be a finite number, was NaN",
                "'energy_joules':'2'   | INVALID_VALUE | energy_joules: must be a number, was \"2\"",
                "'failed_joules':-1    | INVALID_VALUE | failed_joules: must be between 0 and 1e+12, was -1",
                "'unavailable_millis':-1      | INVALID_VALUE | unavailable_millis: must be an integer from 0 to 3600000, was -1",
                "'unavailable_millis':3600001 | INVALID_VALUE | unavailable_millis: must be an integer from 0 to 3600000, was 3600001",
                "'served':1            | INVALID_VALUE | served: must be true or false, was 1",
                "'energy_assumed':'so' | INVALID_VALUE | energy_assumed: must be true or false, was \"so\"",
                "'prompt_tokens':-1    | INVALID_VALUE | prompt_tokens: must be an integer from 0 to 2147483647, was -1",
                "'completion_tokens':9999999999 | INVALID_VALUE | completion_tokens: must be an integer from 0",
                "'decision':77         | INVALID_VALUE | decision: must be a string, was 77",
                "'decision':'7.0'      | INVALID_VALUE | decision: must be an integer of 64 bits in a string, was \"7.0\"",
                "'checkpoint':-1       | INVALID_VALUE | checkpoint: must be an integer from 0",
                "'run':''              | INVALID_VALUE | run: must have 1 to 256 characters",
                "'energy_source':[]    | INVALID_VALUE | energy_source: must be a string, was an array",
                "'correction':7        | INVALID_VALUE | correction: must be an object, was 7",
                "'correction':{'joules':-2e12} | INVALID_VALUE | correction.joules: must be between -1e+12 and 1e+12, was -2e12",
                "'source':'meter'      | MISSING_FIELD | energy_joules: is missing, and so is all else that can be measured",
            })
    void whatTheJobCannotHaveWrittenIsRefused(String field, Reason reason, String detail) {
        assertRefused(json(MEASUREMENT.formatted(field)), reason, detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'sla':'gold','model':'small'      | request_id: is missing",
                "'request_id':'a','model':'small'  | sla: is missing",
                "'request_id':'a','sla':'gold'     | model: is missing",
            })
    void aMeasurementOfNothingIsRefused(String fields, String detail) {
        assertRefused(json("{'score':1," + fields + "}"), Reason.MISSING_FIELD, detail);
    }

    private JobFeedback parse(RawRecord record) throws InvalidRecordException {
        return parser.parse(record, ignored);
    }

    private void assertRefused(RawRecord record, Reason reason, String detail) {
        Refusals.assertRefused(parser::parse, record, reason, detail);
    }
}
