package dev.messplus.parsing;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static dev.messplus.fixture.Fixtures.raw;

import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.RawRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that become dead letters, with the reason that their sender reads. */
class InvalidRequestTest {

    private final RequestParser parser = new RequestParser(CATALOG);

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
    void aValueThatIsNotOneJsonObjectIsRefused(String json, String detail) {
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
                "'sla':'gold','prompt':{}      | INVALID_VALUE | prompt: must be a string, was ",
                "'sla':'gold','prompt':['x']   | INVALID_VALUE | prompt: must be a string, was ",
                "'prompt':'x'                  | MISSING_FIELD | sla: is missing",
                "'sla':' ','prompt':'x'        | MISSING_FIELD | sla: is missing",
                "'sla':[],'prompt':'x'         | INVALID_VALUE | sla: must be a string",
                "'sla':'lead','prompt':'x'     | UNKNOWN_SLA   | sla: unknown 'lead'; known are gold, silver",
                "'sla':'Gold','prompt':'x'     | UNKNOWN_SLA   | sla: unknown 'Gold'; known are gold, silver",
                "'sla':'gold','prompt':'x','messages':[{'role':'user','content':'x'}] | INVALID_VALUE | prompt: must not be set together with messages; send one of the two",
                "'sla':'gold','messages':[]    | INVALID_VALUE | messages: must be an array of at least one message, was '[]'",
                "'sla':'gold','messages':{}    | INVALID_VALUE | messages: must be an array of at least one message, was '{}'",
                "'sla':'gold','messages':'x'   | INVALID_VALUE | messages: must be an array of at least one message, was '\"x\"'",
                "'sla':'gold','messages':[{'role':'user','content':'x'},7] | INVALID_VALUE | messages[1]: must have a role and a content of text, was '7'",
                "'sla':'gold','messages':[{'content':'x'}]              | INVALID_VALUE | messages[0]: must have a role",
                "'sla':'gold','messages':[{'role':1,'content':'x'}]     | INVALID_VALUE | messages[0]: must have a role",
                "'sla':'gold','messages':[{'role':'user'}]              | INVALID_VALUE | messages[0]: must have a role",
                "'sla':'gold','messages':[{'role':'user','content':{}}] | INVALID_VALUE | messages[0]: must have a role",
                "'sla':'gold','messages':[{'role':'user','content':null}] | INVALID_VALUE | messages[0]: must have a role",
                "'sla':'gold','messages':[{'role':'user','content':' '}] | MISSING_FIELD | messages: must contain text",
                "'sla':'gold','messages':[{'role':'user','content':[]}] | MISSING_FIELD | messages: must contain text",
                "'sla':'gold','prompt':'x','params':[]           | INVALID_VALUE | params: must be an object, was '[]'",
                "'sla':'gold','prompt':'x','params':'x'          | INVALID_VALUE | params: must be an object, was '\"x\"'",
                "'sla':'gold','prompt':'x','params':{'model':1}  | INVALID_VALUE | params.model: must not be set, because the job sets it; leave it out",
                "'sla':'gold','prompt':'x','params':{'messages':1} | INVALID_VALUE | params.messages: must not be set, because the job sets it; leave it out",
                "'sla':'gold','prompt':'x','params':{'stream':null} | INVALID_VALUE | params.stream: must not be set, because the job sets it; leave it out",
                "'sla':'gold','prompt':'x','params':{'n':2}      | INVALID_VALUE | params.n: must not be set, because the job sets it; leave it out",
                "'sla':'gold','prompt':'x','reference':7         | INVALID_VALUE | reference: must be a string or an array of strings, was '7'",
                "'sla':'gold','prompt':'x','reference':{}        | INVALID_VALUE | reference: must be a string or an array of strings, was '{}'",
                "'sla':'gold','prompt':'x','reference':{'a':'b'} | INVALID_VALUE | reference: must be a string or an array of strings",
                "'sla':'gold','prompt':'x','reference':[]        | INVALID_VALUE | reference: must be a string or an array of strings, was '[]'",
                "'sla':'gold','prompt':'x','reference':['a',null] | INVALID_VALUE | reference: must be a string or an array of strings, was '[\"a\",null]'",
                "'sla':'gold','prompt':'x','metric':'luck'       | INVALID_VALUE | metric: unknown 'luck'; known are exact, f1",
                "'sla':'gold','prompt':'x','timeout_ms':0        | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was '0'",
                "'sla':'gold','prompt':'x','timeout_ms':86400001 | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was '86400001'",
                "'sla':'gold','prompt':'x','timeout_ms':99999999999999999999 | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was '99999999999999999999'",
                "'sla':'gold','prompt':'x','timeout_ms':1.5      | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was '1.5'",
                "'sla':'gold','prompt':'x','timeout_ms':'1s'     | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was '\"1s\"'",
                "'sla':'gold','prompt':'x','timeout_ms':{}       | INVALID_VALUE | timeout_ms: must be an integer from 1 to 86400000, was '{}'",
                "'sla':'gold','prompt':'x','id':''               | INVALID_VALUE | id: must have 1 to 256 characters, had 0: ''",
                "'sla':'gold','prompt':'x','id':'  '             | INVALID_VALUE | id: must have 1 to 256 characters, had 2: '  '",
                "'sla':'gold','prompt':'x','id':{}               | INVALID_VALUE | id: must be a string",
            })
    void anInvalidFieldIsRefused(String fields, Reason reason, String detail) {
        assertRefused(json("{" + fields + "}"), reason, detail);
    }

    @Test
    void aNumberThatWouldTakeLongToParseIsRefused() {
        assertRefused(
                json("{'sla':'gold','prompt':'x','metadata':" + "9".repeat(1_001) + "}"),
                Reason.INVALID_JSON,
                "value: is not JSON: Number value length (1001) exceeds the maximum allowed");
    }

    private void assertRefused(RawRecord record, Reason reason, String detail) {
        Refusals.assertRefused(parser::parse, record, reason, detail);
    }
}
