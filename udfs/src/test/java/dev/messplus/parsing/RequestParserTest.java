package dev.messplus.parsing;

import static dev.messplus.parsing.Records.json;
import static dev.messplus.parsing.Records.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import dev.messplus.record.Response;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {

    private final RequestParser parser = new RequestParser(Records.CATALOG);

    @Test
    void readsAllFields() throws Exception {
        PromptRequest request =
                parser.parse(
                        json(
                                "{'id':'a','sla':'gold','prompt':'Why?','params':{'max_tokens':7,"
                                        + "'stop':['x']},'reference':['Because','So'],'metric':'f1',"
                                        + "'metadata':{'user':1},'timeout_ms':2500,'unknown':true}"));
        assertThat(request)
                .isEqualTo(
                        new PromptRequest(
                                "a",
                                "gold",
                                "Why?",
                                "[{\"role\":\"user\",\"content\":\"Why?\"}]",
                                "{\"max_tokens\":7,\"stop\":[\"x\"]}",
                                List.of("Because", "So"),
                                "f1",
                                "{\"user\":1}",
                                7,
                                2_500));
    }

    @Test
    void whatIsLeftOutHasADefault() throws Exception {
        PromptRequest request = parser.parse(json("{'sla':'silver','prompt':'Hi'}"));
        assertThat(request.id()).isEqualTo("topic-3-42");
        assertThat(request.params()).isNull();
        assertThat(request.references()).isEmpty();
        assertThat(request.metric()).isNull();
        assertThat(request.metadata()).isNull();
        assertThat(request.maxTokens()).isZero();
        assertThat(request.timeoutMillis()).isZero();
    }

    @Test
    void explicitNullIsLeftOut() throws Exception {
        RawRecord nulls =
                json(
                        "{'id':null,'sla':'gold','prompt':'Hi','messages':null,'params':null,"
                                + "'reference':null,'metric':null,'metadata':null,'timeout_ms':null}");
        assertThat(parser.parse(nulls))
                .isEqualTo(parser.parse(json("{'sla':'gold','prompt':'Hi'}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'reference':'x'                | exact", // the default
                "'reference':['x']              | exact",
                "'reference':'x','metric':'f1'  | f1",
                "'metric':'f1'                  | ", // nothing to score against
            })
    void metricGoesWithReferences(String fields, String metric) throws Exception {
        PromptRequest request = parser.parse(json("{'sla':'gold','prompt':'Hi'," + fields + "}"));
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
                "'max_tokens':7,'max_completion_tokens':null  | 7",
                "'max_tokens':7,'max_completion_tokens':0     | 7",
                "'max_tokens':2147483647                      | 2147483647",
                "'max_tokens':2147483648                      | 0",
                "'max_tokens':1e99                            | 0",
                "'max_tokens':7.0                             | 0",
                "'max_tokens':0                               | 0",
                "'max_tokens':-1                              | 0",
                "'max_tokens':'7'                             | 0",
                "'max_tokens':[7]                             | 0",
                "'max_tokens':null                            | 0",
            })
    void maximumOfTokensIsReadWherePossibleAndAlwaysPassedOn(String params, int maxTokens)
            throws Exception {
        String record = "{'sla':'gold','prompt':'Hi','params':{" + params + "}}";
        PromptRequest request = parser.parse(json(record));
        assertThat(request.maxTokens()).isEqualTo(maxTokens);
        assertThat(Json.MAPPER.readTree(request.params()))
                .isEqualTo(Json.MAPPER.readTree(json(record).value()).get("params"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 86_400_000})
    void timeoutMayBeFromAMillisecondToADay(long millis) throws Exception {
        String record = "{'sla':'gold','prompt':'Hi','timeout_ms':" + millis + "}";
        assertThat(parser.parse(json(record)).timeoutMillis()).isEqualTo(millis);
    }

    @Test
    void messagesArePassedOnAsTheyAreAndEmbeddedByTheirTexts() throws Exception {
        String messages =
                "[{'role':'system','content':'Be brief.'},"
                        + "{'role':'user','content':[{'type':'text','text':'See '},"
                        + "{'type':'image_url','image_url':{'url':'http://x'}},"
                        + "{'type':'text','text':'this'}],'name':'bob'}]";
        PromptRequest request = parser.parse(json("{'sla':'gold','messages':" + messages + "}"));
        assertThat(request.messages()).isEqualTo(messages.replace('\'', '"'));
        assertThat(request.text()).isEqualTo("Be brief.\nSee this");
    }

    @Test
    void unicodeComesThrough() throws Exception {
        String prompt = "Grüße, 世界 🌍 \u0000 \u202e";
        String encoded = Json.MAPPER.writeValueAsString(prompt);
        PromptRequest request =
                parser.parse(
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
    void halfASurrogatePairCanBeWrittenOutAgain(String field) throws Exception {
        String cut = "{'sla':'gold','prompt':'\\ud83d','%s':{'\\ude00':'\\ud83d'}}";
        PromptRequest request = parser.parse(json(cut.formatted(field)));
        String json = field.equals("params") ? request.params() : request.metadata();
        byte[] written = Json.bytes(response(json));
        assertThat(Json.MAPPER.readTree(written).at("/metadata/\ude00").textValue())
                .isEqualTo("\ud83d");
        assertThat(Json.MAPPER.readTree(Json.bytes(response(request.messages()))).at("/metadata"))
                .hasSize(1);
    }

    @Test
    void metadataIsToFitIntoTheResponse() throws Exception {
        String most = "ä".repeat((256 << 10) / 2 - 1);
        String request = "{'sla':'gold','prompt':'Hi','metadata':'%s'}";
        assertThat(parser.parse(json(request.formatted(most))).metadata())
                .isEqualTo('"' + most + '"');

        RawRecord tooLarge = json(request.formatted(most + "x"));
        assertThat(catchThrowableOfType(InvalidRecordException.class, () -> parser.parse(tooLarge)))
                .hasMessageStartingWith(
                        "metadata: must have at most 262144 bytes of JSON, had 262145: '\"ää")
                .hasMessageEndingWith("…'");
    }

    private static Response response(String metadata) {
        return new Response(
                "a",
                "gold",
                Response.OK,
                "small",
                "x",
                "exploit",
                0,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                0,
                1,
                0,
                1,
                77,
                null,
                null,
                metadata);
    }

    @Test
    void tombstoneIsRefused() {
        assertRefused(raw(null), Reason.INVALID_JSON, "value: is null; send a JSON object");
    }

    @Test
    void invalidUtf8IsRefused() {
        byte[] bytes = json("{'sla':'gold','prompt':'x'}").value();
        bytes[bytes.length - 3] = (byte) 0xff;
        assertRefused(raw(bytes), Reason.INVALID_JSON, "value: is not JSON at line 1");
        assertRefused(
                raw(new byte[] {0, 0, 0, '{', 0x7f, 0, 0, 0}),
                Reason.INVALID_JSON,
                "value: is not UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "^^                    | value: must be one JSON object, was ''",
                "^  ^                  | value: must be one JSON object, was '  '",
                "null                  | value: is the JSON null; send a JSON object",
                "[]                    | value: must be one JSON object, was '[]'",
                "7                     | value: must be one JSON object, was '7'",
                "'text'                | value: must be one JSON object, was '\"text\"'",
                "{'sla':'gold','prompt':'x'} {} | value: must be one JSON object, was '{\"sla\"",
                "{'sla':'gold','prompt':'x'}}   | value: is not JSON at line 1 column 28",
                "{'sla':'gold','prompt':        | value: is not JSON at line 1 column 24",
                "{'sla':'gold','params':{'a':[  | value: is not JSON at line 1 column 30",
                "{sla:'gold'}          | value: is not JSON at line 1 column 2",
            })
    void whatIsNotOneJsonObjectIsRefused(String json, String detail) {
        assertRefused(json(json == null ? "" : json), Reason.INVALID_JSON, detail);
    }

    @Test
    void tooDeepNestingIsRefused() {
        String deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
        assertRefused(
                json("{'sla':'gold','prompt':'x','metadata':" + deep + "}"),
                Reason.INVALID_VALUE,
                "metadata: Document nesting depth (65) exceeds the maximum allowed (64");
        assertRefused(json(deep), Reason.INVALID_JSON, "value: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'sla':'gold'                  | MISSING_FIELD | prompt: is missing or blank",
                "'sla':'gold','prompt':''      | MISSING_FIELD | prompt: is missing or blank",
                "'sla':'gold','prompt':' \\n'  | MISSING_FIELD | prompt: is missing or blank",
                "'sla':'gold','prompt':null    | MISSING_FIELD | prompt: is missing or blank",
                "'sla':'gold','prompt':{}      | INVALID_VALUE | prompt: must be a text, was ",
                "'sla':'gold','prompt':['x']   | INVALID_VALUE | prompt: must be a text, was ",
                "'prompt':'x'                  | MISSING_FIELD | sla: is missing",
                "'sla':' ','prompt':'x'        | MISSING_FIELD | sla: is missing",
                "'sla':[],'prompt':'x'         | INVALID_VALUE | sla: must be a text",
                "'sla':'lead','prompt':'x'     | UNKNOWN_SLA   | sla: unknown 'lead'; known are gold, silver",
                "'sla':'Gold','prompt':'x'     | UNKNOWN_SLA   | sla: unknown 'Gold'; known are gold, silver",
                "'sla':'gold','prompt':'x','messages':[{'role':'user','content':'x'}] | INVALID_VALUE | prompt: stands beside messages; send one of the two",
                "'sla':'gold','messages':[]    | INVALID_VALUE | messages: must be a list of at least one message, was '[]'",
                "'sla':'gold','messages':{}    | INVALID_VALUE | messages: must be a list of at least one message, was '{}'",
                "'sla':'gold','messages':'x'   | INVALID_VALUE | messages: must be a list of at least one message, was '\"x\"'",
                "'sla':'gold','messages':[{'role':'user','content':'x'},7] | INVALID_VALUE | messages[1]: must have a role and a content of text, was '7'",
                "'sla':'gold','messages':[{'content':'x'}]              | INVALID_VALUE | messages[0]: must have a role",
                "'sla':'gold','messages':[{'role':1,'content':'x'}]     | INVALID_VALUE | messages[0]: must have a role",
                "'sla':'gold','messages':[{'role':'user'}]              | INVALID_VALUE | messages[0]: must have a role",
                "'sla':'gold','messages':[{'role':'user','content':{}}] | INVALID_VALUE | messages[0]: must have a role",
                "'sla':'gold','messages':[{'role':'user','content':null}] | INVALID_VALUE | messages[0]: must have a role",
                "'sla':'gold','messages':[{'role':'user','content':' '}] | MISSING_FIELD | messages: are all blank",
                "'sla':'gold','messages':[{'role':'user','content':[]}] | MISSING_FIELD | messages: are all blank",
                "'sla':'gold','prompt':'x','params':[]           | INVALID_VALUE | params: must be an object, was '[]'",
                "'sla':'gold','prompt':'x','params':'x'          | INVALID_VALUE | params: must be an object, was '\"x\"'",
                "'sla':'gold','prompt':'x','params':{'model':1}  | INVALID_VALUE | params.model: is set by the job; leave it out",
                "'sla':'gold','prompt':'x','params':{'messages':1} | INVALID_VALUE | params.messages: is set by the job; leave it out",
                "'sla':'gold','prompt':'x','params':{'stream':null} | INVALID_VALUE | params.stream: is set by the job; leave it out",
                "'sla':'gold','prompt':'x','params':{'n':2}      | INVALID_VALUE | params.n: is set by the job; leave it out",
                "'sla':'gold','prompt':'x','reference':7         | INVALID_VALUE | reference: must be a text or a list of texts, was '7'",
                "'sla':'gold','prompt':'x','reference':{}        | INVALID_VALUE | reference: must be a text or a list of texts, was '{}'",
                "'sla':'gold','prompt':'x','reference':{'a':'b'} | INVALID_VALUE | reference: must be a text or a list of texts",
                "'sla':'gold','prompt':'x','reference':[]        | INVALID_VALUE | reference: must be a text or a list of texts, was '[]'",
                "'sla':'gold','prompt':'x','reference':['a',null] | INVALID_VALUE | reference: must be a text or a list of texts, was '[\"a\",null]'",
                "'sla':'gold','prompt':'x','metric':'luck'       | INVALID_VALUE | metric: unknown 'luck'; known are exact, f1",
                "'sla':'gold','prompt':'x','timeout_ms':0        | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was '0'",
                "'sla':'gold','prompt':'x','timeout_ms':86400001 | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was '86400001'",
                "'sla':'gold','prompt':'x','timeout_ms':99999999999999999999 | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was '99999999999999999999'",
                "'sla':'gold','prompt':'x','timeout_ms':1.5      | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was '1.5'",
                "'sla':'gold','prompt':'x','timeout_ms':'1s'     | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was '\"1s\"'",
                "'sla':'gold','prompt':'x','timeout_ms':{}       | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was '{}'",
                "'sla':'gold','prompt':'x','id':''               | INVALID_VALUE | id: must have 1 to 256 characters, had 0: ''",
                "'sla':'gold','prompt':'x','id':'  '             | INVALID_VALUE | id: must have 1 to 256 characters, had 2: '  '",
                "'sla':'gold','prompt':'x','id':{}               | INVALID_VALUE | id: must be a text",
            })
    void whatCannotBeServedIsRefused(String fields, Reason reason, String detail) {
        assertRefused(json("{" + fields + "}"), reason, detail);
    }

    @Test
    void promptMayBeAsLongAsTheLimit() throws Exception {
        assertThat(parser.parse(prompt(100)).text()).hasSize(100);
        assertRefused(
                prompt(101),
                Reason.PROMPT_TOO_LONG,
                "prompt: must have at most 100 characters (limits.maxPromptChars), had 101");
        assertRefused(
                json(
                        "{'sla':'gold','messages':[{'role':'user','content':'%s'},{'role':'user','content':'%s'}]}"
                                .formatted("x".repeat(50), "y".repeat(50))),
                Reason.PROMPT_TOO_LONG,
                "prompt: must have at most 100 characters (limits.maxPromptChars), had 101");
    }

    @Test
    void idMayBeAsLongAsTheLimit() throws Exception {
        String longest = "x".repeat(Fields.MAX_ID_CHARS);
        assertThat(parser.parse(id(longest)).id()).isEqualTo(longest);
        assertRefused(
                id(longest + "x"),
                Reason.INVALID_VALUE,
                "id: must have 1 to 256 characters, had 257: 'xxx");
    }

    @Test
    void listsMayBeAsLongAsTheirLimit() throws Exception {
        RequestParser patient =
                new RequestParser(
                        new Catalog(
                                Records.CATALOG.slas(),
                                Records.CATALOG.models(),
                                Records.CATALOG.metrics(),
                                1_000,
                                2 << 20));
        assertThat(patient.parse(messages(1_000)).text()).hasSize(1_000);
        assertRefused(
                messages(1_001),
                Reason.INVALID_VALUE,
                "messages: must have at most 1000 messages, had 1001");
        assertThat(parser.parse(references(100, 1_000)).references()).hasSize(100);
        assertRefused(
                references(101, 1),
                Reason.INVALID_VALUE,
                "reference: must have at most 100 texts, had 101");
    }

    @Test
    void referencesMayBeAsLongAsTheirLimitTogether() throws Exception {
        assertRefused(
                references(100, 1_001),
                Reason.INVALID_VALUE,
                "reference: must have at most 100000 characters, had 100100");
        assertRefused(
                json("{'sla':'gold','prompt':'x','reference':'" + "y".repeat(100_001) + "'}"),
                Reason.INVALID_VALUE,
                "reference: must have at most 100000 characters, had 100001");
    }

    @Test
    void parametersMayBeAsLongAsTheirLimit() throws Exception {
        int most = 262_144 - "{\"stop\":\"\"}".length();
        String request = "{'sla':'gold','prompt':'x','params':{'stop':'%s'}}";
        assertThat(parser.parse(json(request.formatted("x".repeat(most)))).params())
                .hasSize(262_144);
        assertRefused(
                json(request.formatted("x".repeat(most + 1))),
                Reason.INVALID_VALUE,
                "params: must have at most 262144 characters of JSON, had 262145");
    }

    @Test
    void aRequestMayBeAsLargeAsTheLimit() throws Exception {
        byte[] most = Arrays.copyOf(id("a").value(), 2 << 20);
        Arrays.fill(most, id("a").value().length, most.length, (byte) ' ');
        assertThat(parser.parse(Records.raw(most)).id()).isEqualTo("a");
        assertRefused(
                Records.raw(Arrays.copyOf(most, most.length + 1)),
                Reason.RECORD_TOO_LONG,
                "value: must have at most 2097152 bytes (limits.maxRecordBytes), had 2097153");
    }

    @Test
    void aNumberThatWouldTakeLongToReadIsRefused() {
        assertRefused(
                json("{'sla':'gold','prompt':'x','metadata':" + "9".repeat(1_001) + "}"),
                Reason.INVALID_JSON,
                "value: is not JSON: Number value length (1001) exceeds the maximum allowed");
    }

    private static RawRecord messages(int count) {
        String blank = ",{'role':'user','content':[]}";
        return json(
                "{'sla':'gold','messages':[{'role':'user','content':'x'}%s]}"
                        .formatted(blank.repeat(count - 1)));
    }

    private static RawRecord references(int count, int length) {
        String text = "'" + "y".repeat(length) + "'";
        return json(
                "{'sla':'gold','prompt':'x','reference':[%s%s]}"
                        .formatted(text, ("," + text).repeat(count - 1)));
    }

    private static RawRecord id(String id) {
        return json("{'sla':'gold','prompt':'x','id':'" + id + "'}");
    }

    private static RawRecord prompt(int length) {
        return json("{'sla':'gold','prompt':'" + "x".repeat(length) + "'}");
    }

    private void assertRefused(RawRecord record, Reason reason, String detail) {
        InvalidRecordException refusal =
                catchThrowableOfType(InvalidRecordException.class, () -> parser.parse(record));
        assertThat(refusal).as("refusal").isNotNull().hasMessageStartingWith(detail);
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.getMessage())
                .doesNotContain("dev.messplus", "java.lang")
                .hasSizeLessThan(400);
    }
}
