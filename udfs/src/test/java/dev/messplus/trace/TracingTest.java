package dev.messplus.trace;

import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.prompt;
import static dev.messplus.fixture.RecordedSpans.header;
import static dev.messplus.fixture.RecordedSpans.text;
import static dev.messplus.fixture.RecordedSpans.traceparent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.fixture.Fixtures;
import dev.messplus.fixture.RecordedSpans;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RecordHeader;
import dev.messplus.testkit.TestServer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TracingTest {

    private static final String WORKER = "BatchSpanProcessor";

    private static final List<RecordHeader> SAMPLED =
            List.of(
                    header("tenant", "t"),
                    header(
                            "traceparent",
                            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                    header("tracestate", "vendor=1"));

    private final RecordedSpans spans = new RecordedSpans();

    @Test
    void withoutTracingNothingIsCopied() {
        Tracing tracing = Tracing.open(null);
        RequestSpan span = tracing.internal("route", SAMPLED);
        PromptRequest request = prompt("1").build();

        assertThat(span).isSameAs(RequestSpan.NONE);
        assertThat(span.set(SpanAttribute.MODEL, "a")).isSameAs(span);
        assertThat(span.headers(SAMPLED)).isSameAs(SAMPLED);
        assertThat(span.within(request)).isSameAs(request);
        span.event("e", SpanAttribute.ERROR_TYPE, "x");
        span.fail("x").stop();
        span.end();
        tracing.close();
        assertThat(tracing.dropped()).isZero();
    }

    @Test
    void withoutTracingNoThreadRuns() {
        Set<Thread> before = workers();
        Tracing.open(null).internal("route", SAMPLED).end();

        assertThat(workers()).isSubsetOf(before);
    }

    @Test
    void theContextOfASpanReplacesThatOfItsParent() {
        RequestSpan span;
        try (Tracing tracing = Tracing.open(spans.config())) {
            span = tracing.internal("route", SAMPLED);
            span.end();
        }

        List<RecordHeader> headers = span.headers(SAMPLED);
        assertThat(headers)
                .extracting(RecordHeader::name)
                .containsExactly("traceparent", "tracestate", "tenant");
        assertThat(header(headers, "traceparent")).isEqualTo(traceparent(spans.only()));
        assertThat(header(headers, "tracestate")).isEqualTo("vendor=1");
        assertThat(spans.only().getParentSpanId()).isEqualTo("b7ad6b7169203331");
    }

    @Test
    void whatIsNotKnownIsLeftOutAndWhatIsLongIsCut() {
        try (Tracing tracing = Tracing.open(spans.config())) {
            tracing.internal("route", List.of())
                    .set(SpanAttribute.MODEL, (String) null)
                    .set(SpanAttribute.ESTIMATED_JOULES, Double.NaN)
                    .set(SpanAttribute.GEN_AI_INPUT_TOKENS, (Integer) null)
                    .set(SpanAttribute.GEN_AI_RESPONSE_ID, "x".repeat(5_000))
                    .end();
        }

        assertThat(spans.only().getAttributes().size()).isEqualTo(1);
        assertThat(text(spans.only(), SpanAttribute.GEN_AI_RESPONSE_ID)).hasSize(1_024);
    }

    @Test
    void operatorsOfAJvmShareAnExporterUntilTheLastOneCloses() throws Exception {
        TracingConfig config = spans.config();
        Set<Thread> before = workers();
        Tracing first = Tracing.open(config);
        Tracing second = Tracing.open(InstantiationUtil.clone(config));
        Set<Thread> started = workers();
        started.removeAll(before);
        assertThat(started).hasSize(1);

        first.internal("one", List.of()).end();
        first.close();
        first.close();
        second.internal("two", List.of()).end();
        second.close();

        assertThat(spans.all()).extracting(SpanData::getName).containsExactly("one", "two");
        await().until(() -> started.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void spansHaveTheNameOfTheService() {
        try (Tracing tracing = Tracing.open(spans.config())) {
            tracing.internal("route", List.of()).end();
        }

        Resource resource = spans.only().getResource();
        assertThat(resource.getAttributes().asMap().toString()).contains("service.name", "test");
    }

    @Test
    void aSendersDecisionIsFollowedWhateverTheShare() {
        try (Tracing tracing = Tracing.open(spans.config(0))) {
            tracing.internal("its own", List.of()).end();
            tracing.internal("the sender's", SAMPLED).end();
        }

        assertThat(spans.only().getName()).isEqualTo("the sender's");
    }

    @Test
    void aStepThatStoppedEndsThenAlthoughMoreIsSaid() {
        Instant stopped;
        try (Tracing tracing = Tracing.open(spans.config())) {
            RequestSpan call = tracing.client("call", List.of());
            call.stop();
            stopped = Instant.now();
            while (!Instant.now().isAfter(stopped)) {
                Thread.onSpinWait();
            }
            call.set(SpanAttribute.ENERGY_JOULES, 3.0).end();
        }

        long stoppedNanos = TimeUnit.SECONDS.toNanos(stopped.getEpochSecond()) + stopped.getNano();
        assertThat(spans.only().getEndEpochNanos()).isLessThanOrEqualTo(stoppedNanos);
        assertThat(RecordedSpans.figure(spans.only(), SpanAttribute.ENERGY_JOULES)).isEqualTo(3);
    }

    @Test
    void whatTheCollectorDoesNotTakeIsCounted() {
        Tracing tracing = Tracing.open(new TracingConfig(new Broken("a"), 1, "test"));
        for (int i = 0; i < 10; i++) {
            tracing.internal("route", List.of()).end();
        }
        tracing.close();

        assertThat(tracing.dropped()).isEqualTo(10);
        assertThat(tracing.exported()).isZero();
    }

    @Test
    void whatDoesNotFitIntoTheQueueIsCounted() {
        int more = 1_000;
        Tracing tracing = Tracing.open(new TracingConfig(new Stuck("b"), 1, "test"));
        int batch = 512;
        for (int i = 0; i < SpanPipeline.MAX_WAITING + batch + more; i++) {
            tracing.internal("route", List.of()).end();
        }

        // One batch may have left the queue for the exporter.
        assertThat(tracing.dropped()).isBetween((long) more, (long) more + batch);
        tracing.close();
    }

    @Test
    void headersAreSentAndNotShown() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (TestServer collector =
                new TestServer()
                        .on(
                                "/base/v1/traces",
                                exchange -> {
                                    seen.add(
                                            exchange.getRequestHeaders().getFirst("Authorization"));
                                    exchange.getRequestBody().readAllBytes();
                                    TestServer.send(exchange, 200, "");
                                })) {
            OtlpEndpoint endpoint =
                    new OtlpEndpoint(
                            collector.url() + "/base/",
                            Map.of("Authorization", "Bearer " + Fixtures.API_KEY));
            TracingConfig config = new TracingConfig(endpoint, 1, "test");
            Tracing tracing = Tracing.open(config);
            tracing.internal("route", List.of()).end();
            tracing.close();

            assertThat(seen).containsExactly("Bearer " + Fixtures.API_KEY);
            assertThat(tracing.exported()).isOne();
            assertThat(config.toString())
                    .contains("Authorization")
                    .doesNotContain(Fixtures.API_KEY);
        }
    }

    private static Set<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains(WORKER))
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** A collector that refuses. */
    private record Broken(String id) implements SpanTarget {

        @Override
        public List<Object> key() {
            return List.of(id);
        }

        @Override
        public SpanExporter open() {
            return exporter(CompletableResultCode.ofFailure());
        }
    }

    /** A collector that does not answer. */
    private record Stuck(String id) implements SpanTarget {

        @Override
        public List<Object> key() {
            return List.of(id);
        }

        @Override
        public SpanExporter open() {
            return exporter(new CompletableResultCode());
        }
    }

    private static SpanExporter exporter(CompletableResultCode result) {
        return new SpanExporter() {

            @Override
            public CompletableResultCode export(Collection<SpanData> ended) {
                return result;
            }

            @Override
            public CompletableResultCode flush() {
                return result;
            }

            @Override
            public CompletableResultCode shutdown() {
                return CompletableResultCode.ofSuccess();
            }
        };
    }
}
