package dev.messplus.parse;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static dev.messplus.fixture.Fixtures.raw;

import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.OwnerParams;
import dev.messplus.record.RawRecord;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that become dead letters, with the reason that their sender reads. */
class InvalidRequestTest {

    private static final Charset UTF_32 = Charset.forName("UTF-32BE");

    private final RequestParser parser = new RequestParser(CATALOG);

    @Test
    void tombstoneIsRefused() {
        assertRefused(raw(null), Reason.INVALID_JSON, "value: is null; send a JSON object");
    }

    @ParameterizedTest
    @CsvSource({
        "ff, 0xff", // in no text
        "c0af, 0xc0", // overlong
        "e080af, 0xe0",
        "f08080af, 0xf0",
        "eda080, 0xed", // a surrogate
        "f4908080, 0xf4", // above U+10FFFF
        "c3, 0xc3", // cut
    })
    void whatIsNotUtf8IsRefused(String bytes, String first) {
        byte[] prefix = json("{'sla':'gold','prompt':'").value();
        ByteBuffer record = ByteBuffer.allocate(100);
        record.put(prefix).put(HexFormat.of().parseHex(bytes)).put(json("'}").value());
        assertRefused(
                raw(Arrays.copyOf(record.array(), record.position())),
                Reason.INVALID_JSON,
                "value: is not UTF-8: byte %s at position %d".formatted(first, prefix.length));
    }

    @Test
    void otherEncodingsAreRefused() {
        String request = "{\"sla\":\"gold\",\"prompt\":\"x\"}";
        for (Charset charset :
                List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, UTF_32)) {
            assertRefused(
                    raw(request.getBytes(charset)),
                    Reason.INVALID_JSON,
                    "value: is not JSON at column");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "^^                    | value: must be one JSON object, was ''",
                "^  ^                  | value: must be one JSON object, was '  '",
                "null                  | value: must be one JSON object, was 'null'",
                "[]                    | value: must be one JSON object, was '[]'",
                "7                     | value: must be one JSON object, was '7'",
                "'text'                | value: must be one JSON object, was '\"text\"'",
                "{'sla':'gold','prompt':'x'} {} | value: must be one JSON object, was '{\"sla\"",
                "{'sla':'gold','prompt':'x'}}   | value: is not JSON at column 28",
                "{'sla':'gold','prompt':        | value: is not JSON at column 24",
                "{'sla':'gold'                  | value: is not JSON at column 14: Unexpected end-of-input: expected close marker for Object",
                "{'sla':nan}                    | value: is not JSON at column 11: Unrecognized token 'nan': was expecting (JSON String, Number, Array",
                "{'sla':'gold','metadata':{'a':[| value: is not JSON at column 32",
                "{sla:'gold'}          | value: is not JSON at column 2",
            })
    void aValueThatIsNotOneJsonObjectIsRefused(String json, String detail) {
        assertRefused(json(json == null ? "" : json), Reason.INVALID_JSON, detail);
    }

    @Test
    void tooDeepNestingIsRefused() {
        String deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
        assertRefused(
                json("{'sla':'gold','prompt':'x','metadata':" + deep + "}"),
                Reason.INVALID_VALUE,
                "metadata[0][0]");
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
                "'sla':'gold','prompt':{}      | INVALID_VALUE | prompt: must be a string, was an object",
                "'sla':'gold','prompt':['x']   | INVALID_VALUE | prompt: must be a string, was an array",
                "'sla':'gold','prompt':42      | INVALID_VALUE | prompt: must be a string, was 42",
                "'sla':'gold','prompt':true    | INVALID_VALUE | prompt: must be a string, was true",
                "'prompt':'x'                  | MISSING_FIELD | sla: is missing",
                "'sla':null,'prompt':'x'       | MISSING_FIELD | sla: is missing",
                "'sla':' ','prompt':'x'        | UNKNOWN_SLA   | sla: unknown ' '; known are gold, silver",
                "'sla':[],'prompt':'x'         | INVALID_VALUE | sla: must be a string, was an array",
                "'sla':'lead','prompt':'x'     | UNKNOWN_SLA   | sla: unknown 'lead'; known are gold, silver",
                "'sla':'Gold','prompt':'x'     | UNKNOWN_SLA   | sla: unknown 'Gold'; known are gold, silver",
                "'sla':'gold','prompt':'x','messages':[{'role':'user','content':'x'}] | INVALID_VALUE | prompt: must not be set together with messages; send one of the two",
                "'sla':'gold','prompt':'x','params':[]           | INVALID_VALUE | params: must be an object, was an array",
                "'sla':'gold','prompt':'x','params':'x'          | INVALID_VALUE | params: must be an object, was \"x\"",
                "'sla':'gold','prompt':'x','reference':7         | INVALID_VALUE | reference: must be a string or an array of strings, was 7",
                "'sla':'gold','prompt':'x','reference':{}        | INVALID_VALUE | reference: must be a string or an array of strings, was an object",
                "'sla':'gold','prompt':'x','reference':{'a':'b'} | INVALID_VALUE | reference: must be a string or an array of strings",
                "'sla':'gold','prompt':'x','reference':[]        | INVALID_VALUE | reference: must have at least one string; leave it out if there is none",
                "'sla':'gold','prompt':'x','reference':['a',null] | INVALID_VALUE | reference[1]: must be a string, was null",
                "'sla':'gold','prompt':'x','reference':''        | INVALID_VALUE | reference: must not be blank, because no answer can equal it; leave it out if there is none",
                "'sla':'gold','prompt':'x','reference':['a',' '] | INVALID_VALUE | reference[1]: must not be blank",
                "'sla':'gold','prompt':'x','metric':'luck'       | INVALID_VALUE | metric: unknown 'luck'; known are exact, f1",
                "'sla':'gold','prompt':'x','metric':'f1'         | INVALID_VALUE | metric: has no effect without a reference; add one, or leave the metric out",
                "'sla':'gold','prompt':'x','metric':'f1','reference':null | INVALID_VALUE | metric: has no effect without a reference",
                "'sla':'gold','prompt':'x','timeout_ms':0        | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was 0",
                "'sla':'gold','prompt':'x','timeout_ms':86400001 | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was 86400001",
                "'sla':'gold','prompt':'x','timeout_ms':99999999999999999999 | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was 99999999999999999999",
                "'sla':'gold','prompt':'x','timeout_ms':1.5      | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was 1.5",
                "'sla':'gold','prompt':'x','timeout_ms':'1000'   | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was \"1000\"",
                "'sla':'gold','prompt':'x','timeout_ms':{}       | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was an object",
                "'sla':'gold','prompt':'x','id':''               | INVALID_VALUE | id: must have 1 to 256 characters, had 0: \"\"",
                "'sla':'gold','prompt':'x','id':'  '             | INVALID_VALUE | id: must have 1 to 256 characters, had 2: \"  \"",
                "'sla':'gold','prompt':'x','id':{}               | INVALID_VALUE | id: must be a string, was an object",
                "'sla':'gold','prompt':'x','id':42               | INVALID_VALUE | id: must be a string, was 42",
                "'sla':'gold','prompt':'x','metadata':{'a':[1,NaN]} | INVALID_VALUE | metadata.a[1]: must be a finite number, was NaN",
                "'sla':'gold','prompt':'x','metadata':-Infinity  | INVALID_VALUE | metadata: must be a finite number, was -Infinity",
                "'sla':'gold','prompt':'x','metadata':1e999      | INVALID_VALUE | metadata: must be a finite number, was 1e999",
                "'sla':'gold','prompt':'x','other':[-1e999]      | INVALID_VALUE | other[0]: must be a finite number, was -1e999",
                "'sla':'gold','prompt':'x','sla':'gold'          | INVALID_VALUE | sla: occurs more than once; keep one of them",
                "'sla':'gold','prompt':'x','metadata':{'a':{'b':1,'c':2,'b':1}} | INVALID_VALUE | metadata.a.b: occurs more than once",
                "'sla':'gold','prompt':'x','other':1,'other':2   | INVALID_VALUE | other: occurs more than once",
                "'sla':'gold','promt':'x'                        | INVALID_VALUE | promt: is unknown; did you mean prompt?",
                "'sla':'gold','prompt':'x','timeoutMs':1         | INVALID_VALUE | timeoutMs: is unknown; did you mean timeout_ms?",
                "'sla':'gold','prompt':'x','timeout_m':1         | INVALID_VALUE | timeout_m: is unknown; did you mean timeout_ms?",
                "'sla':'gold','prompt':'x','ID':'a'              | INVALID_VALUE | ID: is unknown; did you mean id?",
                "'sla':'gold','prompt':'x','metdatas':1          | INVALID_VALUE | metdatas: is unknown; did you mean metadata?",
                "'sla':'gold','slas':1,'promt':'x'                | INVALID_VALUE | promt: is unknown; did you mean prompt?",
                "'sla':'gold','prompt':null,'promt':'x'           | INVALID_VALUE | promt: is unknown; did you mean prompt?",
                "'sla':'gold','promt':'x','prompts':1             | INVALID_VALUE | promt: is unknown; did you mean prompt?",
            })
    void anInvalidFieldIsRefused(String fields, Reason reason, String detail) {
        assertRefused(json("{" + fields + "}"), reason, detail);
    }

    @Test
    void anIntegerThatIsNoDoubleIsRefused() {
        assertRefused(
                json("{'sla':'gold','prompt':'x','metadata':[" + "9".repeat(309) + "]}"),
                Reason.INVALID_VALUE,
                "metadata[0]: must be a finite number, was 999");
    }

    @Test
    void moreUnknownFieldsThanAnyRecordHasAreRefused() {
        String fields =
                IntStream.rangeClosed(0, 1_000)
                        .mapToObj(i -> "'field" + i + "':" + i + ",")
                        .collect(Collectors.joining());
        assertRefused(
                json("{" + fields + "'sla':'gold','prompt':'x'}"),
                Reason.INVALID_VALUE,
                "value: must have at most 1000 unknown fields");
    }

    @Test
    void manyKnownNamesAreCountedAndNotListed() {
        Map<String, OwnerParams> slas =
                IntStream.range(0, 10_000)
                        .boxed()
                        .collect(Collectors.toMap(i -> "sla" + i, i -> OwnerParams.NONE));
        Catalog many = new Catalog(slas, Set.of(), Set.of(), 100, 10_000, false);
        Refusals.assertRefused(
                new RequestParser(many)::parse,
                json("{'sla':'gold','prompt':'x'}"),
                Reason.UNKNOWN_SLA,
                "sla: unknown 'gold'; known are 10000 others");
    }

    @Test
    void aNumberThatWouldTakeLongToParseIsRefused() {
        assertRefused(
                json("{'sla':'gold','prompt':'x','metadata':" + "9".repeat(1_001) + "}"),
                Reason.INVALID_VALUE,
                "metadata: Number value length (1001) exceeds the maximum allowed (1000)");
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        assertRefused(
                json("{'" + "x".repeat(60_000) + "':1}"),
                Reason.INVALID_VALUE,
                "value: Name length (60000) exceeds the maximum allowed (50000)");
    }

    private void assertRefused(RawRecord record, Reason reason, String detail) {
        Refusals.assertRefused(parser::parse, record, reason, detail);
    }
}
