package dev.messplus.route;

import static dev.messplus.fixture.RecordedSpans.figure;
import static dev.messplus.fixture.RecordedSpans.flag;
import static dev.messplus.fixture.RecordedSpans.header;
import static dev.messplus.fixture.RecordedSpans.number;
import static dev.messplus.fixture.RecordedSpans.text;
import static dev.messplus.fixture.RecordedSpans.traceparent;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.SMALL_JOULES;
import static dev.messplus.route.RouteHarness.SMALL_UNTRIED;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploiting;
import static dev.messplus.route.RouteHarness.exploring;
import static dev.messplus.route.RouteHarness.prompt;
import static dev.messplus.route.RouteHarness.remembering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.fixture.RecordedSpans;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.RoutingConfig.JobSettings;
import dev.messplus.trace.SpanAttribute;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteTracingTest {

    private static final String GOLD = "gold";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARSE = "b7ad6b7169203331";

    private final RecordedSpans spans = new RecordedSpans();

    @Test
    void aDecisionIsASpanThatFollowsFromTheRecord() throws Exception {
        RoutedRequest routed;
        try (RouteHarness routing = RouteHarness.start(traced(config(exploiting(), GOLD)))) {
            routed = routing.request(inTrace("a"));
        }

        SpanData span = spans.only();
        assertThat(span.getName()).isEqualTo("route");
        assertThat(span.getKind()).isEqualTo(SpanKind.INTERNAL);
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo(PARSE);
        assertThat(text(span, SpanAttribute.REQUEST_ID)).isEqualTo("a");
        assertThat(text(span, SpanAttribute.SLA)).isEqualTo(GOLD);
        assertThat(text(span, SpanAttribute.MODE)).isEqualTo("exploit");
        assertThat(text(span, SpanAttribute.MODEL)).isEqualTo(SMALL);
        assertThat(number(span, SpanAttribute.ASKED)).isEqualTo(1);
        assertThat(number(span, SpanAttribute.NUMBER)).isEqualTo(1);
        assertThat(figure(span, SpanAttribute.PREDICTED_SCORE))
                .isCloseTo(SMALL_UNTRIED, within(1e-9));
        assertThat(figure(span, SpanAttribute.ESTIMATED_JOULES)).isEqualTo(SMALL_JOULES);
        assertThat(figure(span, SpanAttribute.Q)).isZero();
        assertThat(figure(span, SpanAttribute.PRESSURE)).isEqualTo(routed.pressure());
        assertThat(figure(span, SpanAttribute.JOULES_PER_SCORE)).isNotNegative();
        assertThat(header(routed.request().headers(), "traceparent")).isEqualTo(traceparent(span));
        assertThat(header(routed.request().headers(), "tenant")).isEqualTo("t");
        assertThat(routed.receipt()).isNull();
    }

    @Test
    void anExploredRequestSaysSo() throws Exception {
        try (RouteHarness routing = RouteHarness.start(traced(config(exploring(), GOLD)))) {
            routing.request(inTrace("a"));
        }

        assertThat(text(spans.only(), SpanAttribute.MODE)).isEqualTo("explore");
        assertThat(number(spans.only(), SpanAttribute.ASKED)).isEqualTo(2);
    }

    @Test
    void aRequestThatIsNotDecidedAgainEndsInASpan() throws Exception {
        RoutingConfig config = traced(remembering(config(exploiting(), GOLD), GOLD, 10_000));
        try (RouteHarness routing = RouteHarness.start(config)) {
            routing.request(inTrace("a"));
            routing.repeat(GOLD, "a");
        }

        assertThat(spans.all()).hasSize(2);
        assertThat(flag(spans.all().get(0), SpanAttribute.REPEATED)).isNull();
        assertThat(flag(spans.all().get(1), SpanAttribute.REPEATED)).isTrue();
    }

    @Test
    void aTraceThatIsNotSampledGoesOnUnsampled() throws Exception {
        RoutedRequest routed;
        try (RouteHarness routing = RouteHarness.start(traced(config(exploiting(), GOLD)))) {
            routed = routing.request(inTrace("a", "00"));
        }

        assertThat(spans.all()).isEmpty();
        assertThat(header(routed.request().headers(), "traceparent"))
                .startsWith("00-" + TRACE)
                .endsWith("-00");
    }

    @Test
    void withoutTracingHeadersTravelAsTheyAre() throws Exception {
        PromptRequest request = inTrace("a");
        try (RouteHarness routing = RouteHarness.start(config(exploiting(), GOLD))) {
            assertThat(routing.request(request).request().headers())
                    .usingRecursiveComparison()
                    .isEqualTo(request.headers());
        }
    }

    private RoutingConfig traced(RoutingConfig config) {
        return config.in(new JobSettings(0, true, false, spans.config(), null));
    }

    private static PromptRequest inTrace(String id) {
        return inTrace(id, "01");
    }

    private static PromptRequest inTrace(String id, String flags) {
        return PromptRequestBuilder.builder(prompt(id, GOLD))
                .headers(
                        List.of(
                                header("traceparent", "00-" + TRACE + "-" + PARSE + "-" + flags),
                                header("tenant", "t")))
                .build();
    }
}
