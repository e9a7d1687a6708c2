package dev.messplus.parse;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static dev.messplus.fixture.RecordedSpans.header;
import static dev.messplus.fixture.RecordedSpans.number;
import static dev.messplus.fixture.RecordedSpans.text;
import static dev.messplus.fixture.RecordedSpans.traceparent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.fixture.RecordedSpans;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import dev.messplus.record.RecordHeader;
import dev.messplus.trace.SpanAttribute;
import dev.messplus.trace.TracingConfig;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class TracedRequestsTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SENDER = "b7ad6b7169203331";
    private static final String SAMPLED = "00-" + TRACE + "-" + SENDER + "-01";
    private static final String GOOD = "{'id':'a','sla':'gold','prompt':'x'}";

    private final RecordedSpans spans = new RecordedSpans();

    @Test
    void aRequestIsParsedInASpanOfItsSendersTrace() throws Exception {
        RawRecord raw =
                RawRecordBuilder.builder(json(GOOD))
                        .key("a".getBytes(StandardCharsets.UTF_8))
                        .headers(
                                List.of(
                                        header("tenant", "t"),
                                        header("traceparent", SAMPLED),
                                        header("tracestate", "vendor=1")))
                        .build();
        PromptRequest request = parse(raw).get(0);

        SpanData span = spans.only();
        assertThat(span.getName()).isEqualTo("parse topic");
        assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo(SENDER);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(text(span, SpanAttribute.MESSAGING_SYSTEM)).isEqualTo("kafka");
        assertThat(text(span, SpanAttribute.MESSAGING_DESTINATION_NAME)).isEqualTo("topic");
        assertThat(text(span, SpanAttribute.MESSAGING_PARTITION)).isEqualTo("3");
        assertThat(number(span, SpanAttribute.MESSAGING_OFFSET)).isEqualTo(42);
        assertThat(number(span, SpanAttribute.MESSAGING_BODY_BYTES)).isEqualTo(GOOD.length());
        assertThat(text(span, SpanAttribute.MESSAGING_KEY)).isEqualTo("a");
        assertThat(text(span, SpanAttribute.REQUEST_ID)).isEqualTo("a");
        assertThat(text(span, SpanAttribute.SLA)).isEqualTo("gold");
        assertThat(request.headers())
                .extracting(RecordHeader::name)
                .containsExactly("traceparent", "tracestate", "tenant");
        assertThat(header(request.headers(), "traceparent")).isEqualTo(traceparent(span));
        assertThat(header(request.headers(), "tracestate")).isEqualTo("vendor=1");
    }

    @Test
    void aTraceBeginsWhereTheSenderBeganNone() throws Exception {
        List<PromptRequest> requests =
                parse(json(GOOD), withHeader(json(GOOD), header("traceparent", "00-broken")));

        assertThat(spans.all())
                .hasSize(2)
                .allMatch(span -> !span.getParentSpanContext().isValid())
                .extracting(RecordedSpans::traceparent)
                .containsExactlyElementsOf(
                        requests.stream()
                                .map(request -> header(request.headers(), "traceparent"))
                                .toList());
    }

    @Test
    void theSpanOfADeadLetterHasItsReasonAndNothingThatWasWritten() throws Exception {
        RawRecord unknown =
                withHeader(
                        json("{'id':'b','sla':'secret','prompt':'private'}"),
                        header("traceparent", SAMPLED));
        assertThat(parse(unknown)).isEmpty();

        SpanData span = spans.only();
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getStatus().getDescription()).isEmpty();
        assertThat(text(span, SpanAttribute.ERROR_TYPE)).isEqualTo("unknown_sla");
        assertThat(text(span, SpanAttribute.REQUEST_ID)).isEqualTo("b");
        assertThat(span.getAttributes().toString()).doesNotContain("private");
    }

    @Test
    void aRecordWithoutAValueIsATombstone() throws Exception {
        RawRecord tombstone =
                RawRecordBuilder.builder(json(GOOD))
                        .key(new byte[] {(byte) 0xff})
                        .value(null)
                        .build();
        parse(tombstone);

        SpanData span = spans.only();
        assertThat(RecordedSpans.flag(span, SpanAttribute.MESSAGING_TOMBSTONE)).isTrue();
        assertThat(text(span, SpanAttribute.MESSAGING_KEY)).isNull();
        assertThat(text(span, SpanAttribute.ERROR_TYPE)).isEqualTo("invalid_json");
    }

    @Test
    void aSenderThatDoesNotSampleIsFollowed() throws Exception {
        String unsampled = "00-" + TRACE + "-" + SENDER + "-00";
        List<PromptRequest> requests =
                parse(withHeader(json(GOOD), header("traceparent", unsampled)));

        assertThat(spans.all()).isEmpty();
        assertThat(header(requests.get(0).headers(), "traceparent"))
                .startsWith("00-" + TRACE)
                .endsWith("-00");
    }

    @Test
    void aTraceThatIsNotSampledIsNotSampledLaterEither() throws Exception {
        List<PromptRequest> requests = parse(spans.config(0), json(GOOD));

        assertThat(spans.all()).isEmpty();
        // The second bit says that the id of the trace is random.
        assertThat(header(requests.get(0).headers(), "traceparent")).matches(".*-0[02]");
    }

    private static RawRecord withHeader(RawRecord raw, RecordHeader header) {
        return RawRecordBuilder.builder(raw).headers(List.of(header)).build();
    }

    private List<PromptRequest> parse(RawRecord... records) throws Exception {
        return parse(spans.config(), records);
    }

    private static List<PromptRequest> parse(TracingConfig tracing, RawRecord... records)
            throws Exception {
        ParseFunction<PromptRequest> function =
                new ParseFunction<>(new TracedRequests(new RequestParser(CATALOG)::parse, tracing));
        try (MockEnvironment environment = new MockEnvironmentBuilder().build();
                var parsing =
                        new OneInputStreamOperatorTestHarness<RawRecord, PromptRequest>(
                                new ProcessOperator<>(InstantiationUtil.clone(function)),
                                environment)) {
            parsing.open();
            for (RawRecord raw : records) {
                parsing.processElement(raw, 5);
            }
            return parsing.extractOutputValues();
        }
    }
}
