package dev.messplus.parse;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static dev.messplus.fixture.Fixtures.raw;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.RawRecordBuilder;
import dev.messplus.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Kafka headers that travel with a request. */
class HeadersTest {

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final CountedIgnored ignored = new CountedIgnored();

    @Test
    void headersTravelWithTheRequest() throws Exception {
        List<RecordHeader> headers =
                List.of(
                        header("traceparent", PARENT),
                        header("tracestate", "vendor=1"),
                        header("tenant", "a"),
                        header("tenant", "b"),
                        new RecordHeader("empty", null));
        assertThat(parse(headers)).containsExactlyElementsOf(headers);
        assertThat(ignored.headers()).isZero();
    }

    @Test
    void theTraceIsKeptFirst() throws Exception {
        List<RecordHeader> headers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            headers.add(header("h" + i, "x"));
        }
        headers.add(header("tracestate", "vendor=1"));
        headers.add(header("traceparent", PARENT));

        List<RecordHeader> kept = parse(headers);

        assertThat(kept).hasSize(32);
        assertThat(kept)
                .extracting(RecordHeader::name)
                .startsWith("traceparent", "tracestate", "h0", "h1")
                .endsWith("h29");
        assertThat(ignored.headers()).isEqualTo(10);
    }

    @Test
    void namesAndBytesAreLimited() throws Exception {
        List<RecordHeader> kept =
                parse(
                        List.of(
                                header("n".repeat(128), "x"),
                                header("n".repeat(129), "x"),
                                header("big", "x".repeat(9_000)),
                                header("most", "x".repeat(8_192 - 129 - 4 - 5)),
                                header("full", "x"),
                                header("more", "x")));
        assertThat(kept)
                .extracting(RecordHeader::name)
                .containsExactly("n".repeat(128), "most", "full");
        assertThat(ignored.headers()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PARENT,
                "00-00000000000000000000000000000001-0000000000000001-00",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "fe-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-of a later version",
            })
    void aTraceParentOfTheW3cIsKept(String parent) throws Exception {
        assertThat(parse(List.of(header("traceparent", parent)))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nHost: x",
            })
    void anInvalidTraceIsDroppedWithItsState(String parent) throws Exception {
        List<RecordHeader> headers =
                List.of(
                        header("traceparent", parent),
                        header("tracestate", "vendor=1"),
                        header("tenant", "a"));
        assertThat(parse(headers)).extracting(RecordHeader::name).containsExactly("tenant");
        assertThat(ignored.headers()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"'a=b\r\nHost: x'", "''", "'ä=1'"})
    void aTraceStateThatIsNoHttpHeaderIsDropped(String state) throws Exception {
        assertThat(parse(List.of(header("traceparent", PARENT), header("tracestate", state))))
                .extracting(RecordHeader::name)
                .containsExactly("traceparent");
    }

    @Test
    void aSecondParentIsDropped() throws Exception {
        RecordHeader parent = header("traceparent", PARENT);
        assertThat(parse(Arrays.asList(parent, parent))).hasSize(1);
        assertThat(parse(List.of(new RecordHeader("traceparent", null)))).isEmpty();
    }

    private List<RecordHeader> parse(List<RecordHeader> headers) throws InvalidRecordException {
        byte[] value = json("{'sla':'gold','prompt':'x'}").value();
        return new RequestParser(CATALOG)
                .parse(RawRecordBuilder.builder(raw(value)).headers(headers).build(), ignored)
                .headers();
    }

    private static RecordHeader header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
