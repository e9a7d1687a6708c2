package dev.messplus.parse;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.catalog;
import static dev.messplus.fixture.Fixtures.json;
import static dev.messplus.fixture.Fixtures.raw;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Requests at a limit are accepted, requests one beyond it are refused. */
class RequestLimitsTest {

    private final RequestParser parser = new RequestParser(CATALOG);

    @Test
    void promptsHaveAtMostMaxPromptChars() throws Exception {
        assertThat(parse(parser, prompt(100)).text()).hasSize(100);
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
    void idsHaveAtMost256Characters() throws Exception {
        String longest = "x".repeat(Fields.MAX_ID_CHARS);
        assertThat(parse(parser, id(longest)).id()).isEqualTo(longest);
        assertRefused(
                id(longest + "x"),
                Reason.INVALID_VALUE,
                "id: must have 1 to 256 characters, had 257: \"xxx");
    }

    @Test
    void messagesAndReferencesAreLimitedInNumber() throws Exception {
        RequestParser patient = new RequestParser(catalog(1_000, 2 << 20));
        assertThat(parse(patient, messages(1_000)).text()).hasSize(1_000);
        assertRefused(
                messages(1_001),
                Reason.INVALID_VALUE,
                "messages: must have at most 1000 messages, had 1001");
        assertThat(parse(parser, references(100, 1_000)).references()).hasSize(100);
        assertRefused(
                references(101, 1),
                Reason.INVALID_VALUE,
                "reference: must have at most 100 strings, had 101");
    }

    @Test
    void referencesAreLimitedInLengthTogether() throws Exception {
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
    void parametersHaveAtMost256KiCharacters() throws Exception {
        int most = 262_144 - "{\"stop\":\"\"}".length();
        String request = "{'sla':'gold','prompt':'x','params':{'stop':'%s'}}";
        assertThat(parse(parser, json(request.formatted("x".repeat(most)))).params())
                .hasSize(262_144);
        assertRefused(
                json(request.formatted("x".repeat(most + 1))),
                Reason.INVALID_VALUE,
                "params: must have at most 262144 characters of JSON, had 262145");
    }

    @Test
    void requestsHaveAtMostMaxRecordBytes() throws Exception {
        byte[] most = Arrays.copyOf(id("a").value(), 2 << 20);
        Arrays.fill(most, id("a").value().length, most.length, (byte) ' ');
        assertThat(parse(parser, raw(most)).id()).isEqualTo("a");
        assertRefused(
                raw(Arrays.copyOf(most, most.length + 1)),
                Reason.RECORD_TOO_LONG,
                "value: must have at most 2097152 bytes (limits.maxRecordBytes), had 2097153");
    }

    @Test
    void metadataHasAtMost256KiB() throws Exception {
        String most = "ä".repeat((256 << 10) / 2 - 1);
        String request = "{'sla':'gold','prompt':'Hi','metadata':'%s'}";
        assertThat(parse(parser, json(request.formatted(most))).metadata())
                .isEqualTo('"' + most + '"');

        RawRecord tooLarge = json(request.formatted(most + "x"));
        assertRefused(
                tooLarge,
                Reason.INVALID_VALUE,
                "metadata: must have at most 262144 bytes of JSON, had 262145");
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

    private static PromptRequest parse(RequestParser parser, RawRecord record)
            throws InvalidRecordException {
        return parser.parse(record, new CountedIgnored());
    }

    private void assertRefused(RawRecord record, Reason reason, String detail) {
        Refusals.assertRefused(parser::parse, record, reason, detail);
    }
}
