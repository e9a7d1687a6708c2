package dev.messplus.parse;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.DecisionSummaryBuilder;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {

    private static final long NOW_MILLIS = Instant.parse("2026-11-26T12:00:00Z").toEpochMilli();

    private final RequestParser parser = new RequestParser(CATALOG, () -> NOW_MILLIS);

    @Test
    void readsAllFields() throws Exception {
        PromptRequest request =
                parse(
                        json(
                                "{'id':'a','sla':'gold','prompt':'Why?','params':{'max_tokens':7,"
                                        + "'stop':['x']},'reference':['Because','So'],'metric':'f1',"
                                        + "'metadata':{'user':1},'timeout_ms':2500,'unknown':true}"));
        assertThat(request)
                .isEqualTo(
                        PromptRequestBuilder.builder()
                                .id("a")
                                .sla("gold")
                                .text("Why?")
                                .messages("[{\"role\":\"user\",\"content\":\"Why?\"}]")
                                .params("{\"max_tokens\":7,\"stop\":[\"x\"]}")
                                .references(List.of("Because", "So"))
                                .metric("f1")
                                .metadata("{\"user\":1}")
                                .maxTokens(7)
                                .timeoutMillis(2_500)
                                .sentAtMillis(1_000)
                                .build());
    }

    @Test
    void missingFieldsHaveDefaults() throws Exception {
        PromptRequest request = parse(json("{'sla':'silver','prompt':'Hi'}"));
        assertThat(request.id()).isEqualTo("topic-3-42");
        assertThat(request.params()).isNull();
        assertThat(request.references()).isEmpty();
        assertThat(request.metric()).isNull();
        assertThat(request.metadata()).isNull();
        assertThat(request.maxTokens()).isZero();
        assertThat(request.timeoutMillis()).isZero();
    }

    @Test
    void anExplicitNullIsAMissingField() throws Exception {
        RawRecord nulls =
                json(
                        "{'id':null,'sla':'gold','prompt':'Hi','messages':null,'params':null,"
                                + "'reference':null,'metric':null,'metadata':null,'timeout_ms':null}");
        assertThat(parse(nulls)).isEqualTo(parse(json("{'sla':'gold','prompt':'Hi'}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'reference':'x'                | exact", // the default
                "'reference':['x']              | exact",
                "'reference':'x','metric':'f1'  | f1",
            })
    void theMetricDependsOnReferences(String fields, String metric) throws Exception {
        PromptRequest request = parse(json("{'sla':'gold','prompt':'Hi'," + fields + "}"));
        assertThat(request.metric()).isEqualTo(metric);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'max_tokens':7                               | 7",
                "'max_completion_tokens':8                    | 8",
                "'max_tokens':7,'max_completion_tokens':8     | 8",
                "'max_completion_tokens':8,'max_tokens':7     | 8",
                "'max_tokens':7,'max_completion_tokens':null  | 7",
                "'max_tokens':2147483647                      | 2147483647",
                "'max_tokens':null                            | 0",
                "'temperature':1                              | 0",
            })
    void maxTokensIsReadAndPassedOn(String params, int maxTokens) throws Exception {
        String record = "{'sla':'gold','prompt':'Hi','params':{" + params + "}}";
        PromptRequest request = parse(json(record));
        assertThat(request.maxTokens()).isEqualTo(maxTokens);
        assertThat(request.params()).isEqualTo("{" + params.replace('\'', '"') + "}");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 86_400_000})
    void timeoutsMayBeOneMillisecondToOneDay(long millis) throws Exception {
        String record = "{'sla':'gold','prompt':'Hi','timeout_ms':" + millis + "}";
        assertThat(parse(json(record)).timeoutMillis()).isEqualTo(millis);
    }

    /** Numbers would change if they were read as doubles and written again. */
    @Test
    void paramsAndMetadataAreAsTheyWereSent() throws Exception {
        String any =
                "{ \"seed\" : 9007199254740993, \"top_p\":0.10000000000000000001 ,\n\"stop\":[]}";
        String record = "{\"sla\":\"gold\",\"prompt\":\"Hi\", \"params\" : %s , \"metadata\":%s }";
        PromptRequest request = parse(json(record.formatted(any, any)));
        assertThat(request.params()).isEqualTo(any);
        assertThat(request.metadata()).isEqualTo(any);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "-1.50e3", "true", "'x'", "[ ]", "{ }", "[1, {'a' : null}]"})
    void anyJsonIsMetadata(String metadata) throws Exception {
        String record = "{'sla':'gold','metadata': %s ,'prompt':'Hi'}".formatted(metadata);
        assertThat(parse(json(record)).metadata()).isEqualTo(metadata.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'temperature':0.5 | temperature: is a parameter for the model server; move it into params",
                "'max_tokens':5 | max_tokens: is a parameter for the model server; move it into params",
                "'model':'gpt' | model: must not be set, because the job sets it; leave it out",
                "'stream':true | stream: must not be set, because the job reads whole answers; leave it out",
            })
    void fieldsOfOpenAisApiAreRefusedBesideThePrompt(String field, String message) {
        assertThatThrownBy(() -> parse(json("{'sla':'gold','prompt':'x'," + field + "}")))
                .hasMessageStartingWith(message);
    }

    @Test
    void fieldsThatSendersMayHaveForThemselvesAreIgnored() throws Exception {
        assertThat(
                        parse(
                                json(
                                        "{'sla':'gold','prompt':'x','user':'bob','store':'Bern',"
                                                + "'temperature':null}")))
                .isEqualTo(parse(json("{'sla':'gold','prompt':'x'}")));
    }

    @Test
    void unknownFieldsAreIgnoredAndCounted() throws Exception {
        CountedIgnored ignored = new CountedIgnored();
        PromptRequest request =
                parser.parse(
                        json(
                                "{'uid':7,'tenant':{'a':[1,{}]},'sla':'gold','prompt':'Hi',"
                                        + "'time':5,'temperature':null}"),
                        ignored);
        assertThat(request).isEqualTo(parse(json("{'sla':'gold','prompt':'Hi'}")));
        assertThat(ignored.unknownFields()).isEqualTo(4);
    }

    @Test
    void anUnknownFieldThatResemblesAPresentOneIsIgnored() throws Exception {
        assertThat(
                        parse(
                                json(
                                        "{'message':'m','messages':[{'role':'user','content':'a'}],"
                                                + "'preference':1,'reference':'b','sla':'gold',"
                                                + "'passages':[]}")))
                .isEqualTo(
                        parse(
                                json(
                                        "{'messages':[{'role':'user','content':'a'}],"
                                                + "'reference':'b','sla':'gold'}")));
    }

    @Test
    void aByteOrderMarkIsIgnored() throws Exception {
        assertThat(parse(json("\uFEFF{'sla':'gold','prompt':'Hi','params':{'seed':1}}")))
                .isEqualTo(parse(json("{'sla':'gold','prompt':'Hi','params':{'seed':1}}")));
    }

    @ParameterizedTest
    @CsvSource({
        "1000, , 1000", // the record's timestamp
        "-1, , 0", // it has none
        "1000, 1764158400123, 1764158400123",
        "1000, 100000000000, 100000000000",
        "1000, '\"2025-11-26T12:00:00.123Z\"', 1764158400123",
        "1000, '\"2025-11-26T13:00:00+01:00\"', 1764158400000",
        "1000, '\"2026-11-27T12:00:00Z\"', 1795780800000", // a day in the future
        "1000, null, 1000",
    })
    void aRequestIsAsOldAsItSaysOrItsRecordIs(long timestamp, String sentAt, long millis)
            throws Exception {
        RawRecord record =
                json(
                        "{'sla':'gold','prompt':'Hi'%s}"
                                .formatted(sentAt == null ? "" : ",'sent_at':" + sentAt));
        assertThat(
                        parse(RawRecordBuilder.builder(record).timestampMillis(timestamp).build())
                                .sentAtMillis())
                .isEqualTo(millis);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "1764158400    | must be milliseconds since the epoch, or a time like \"2026-01-31T12:00:00Z\", was 1764158400",
                "-5            | must be milliseconds since the epoch",
                "1e12          | must be milliseconds since the epoch",
                "{}            | must be milliseconds since the epoch, or a time like \"2026-01-31T12:00:00Z\", was an object",
                "'now'         | must be milliseconds since the epoch, or a time like \"2026-01-31T12:00:00Z\", was \"now\"",
                "'2025-11-26'  | must be milliseconds since the epoch",
                "'2025-11-26T12:00:00' | must be milliseconds since the epoch",
                "'+999999999-01-01T00:00:00Z' | must be milliseconds since the epoch",
                "1795780800001 | must not be more than a day in the future, was 1795780800001 (2026-11-27T12:00:00.001Z)",
                "1764158400000000 | must not be more than a day in the future",
                "9223372036854775807 | must not be more than a day in the future",
                "9223372036854775808 | must be milliseconds since the epoch",
            })
    void whatIsNoTimeOfSendingIsRefused(String sentAt, String problem) {
        Refusals.assertRefused(
                parser::parse,
                json("{'sla':'gold','prompt':'Hi','sent_at':" + sentAt + "}"),
                Reason.INVALID_VALUE,
                "sent_at: " + problem);
    }

    @Test
    void unicodeIsPreserved() throws Exception {
        String prompt = "Grüße, 世界 🌍 \u0000 \u202e";
        String encoded = Json.MAPPER.writeValueAsString(prompt);
        PromptRequest request =
                parse(
                        json(
                                "{'id':'ключ','sla':'gold','prompt':%s,'metadata':%s}"
                                        .formatted(encoded, encoded)));
        assertThat(request.id()).isEqualTo("ключ");
        assertThat(request.text()).isEqualTo(prompt);
        assertThat(Json.MAPPER.readValue(request.metadata(), String.class)).isEqualTo(prompt);
        JsonNode messages = Json.MAPPER.readTree(request.messages());
        assertThat(messages.at("/0/content").textValue()).isEqualTo(prompt);
    }

    @ParameterizedTest
    @ValueSource(strings = {"metadata", "params"})
    void anUnpairedSurrogateCanBeWrittenAgain(String field) throws Exception {
        String cut = "{'sla':'gold','prompt':'\\ud83d','%s':{'user':'\\ud83d'}}";
        PromptRequest request = parse(json(cut.formatted(field)));
        String json = field.equals("params") ? request.params() : request.metadata();
        byte[] written = Json.bytes(response(json));
        assertThat(Json.MAPPER.readTree(written).at("/metadata/user").textValue())
                .isEqualTo("\ufffd");
        assertThat(Json.MAPPER.readTree(Json.bytes(response(request.messages()))).at("/metadata"))
                .hasSize(1);
    }

    private PromptRequest parse(RawRecord record) throws InvalidRecordException {
        return parser.parse(record, new CountedIgnored());
    }

    private static Response response(String metadata) {
        return ResponseBuilder.builder()
                .id("a")
                .decision(DecisionSummaryBuilder.builder().build())
                .metadata(metadata)
                .build();
    }
}
