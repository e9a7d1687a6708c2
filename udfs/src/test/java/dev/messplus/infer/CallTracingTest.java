package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.completion;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.explore;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.with;
import static dev.messplus.fixture.Fixtures.withTimeout;
import static dev.messplus.fixture.RecordedSpans.figure;
import static dev.messplus.fixture.RecordedSpans.flag;
import static dev.messplus.fixture.RecordedSpans.header;
import static dev.messplus.fixture.RecordedSpans.number;
import static dev.messplus.fixture.RecordedSpans.text;
import static dev.messplus.fixture.RecordedSpans.traceparent;
import static dev.messplus.infer.StubbedZoo.NO_SCORES;
import static dev.messplus.infer.StubbedZoo.NO_TRUTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.messplus.fixture.Fixtures;
import dev.messplus.fixture.RecordedSpans;
import dev.messplus.infer.config.InferenceConfigBuilder;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.trace.SpanAttribute;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class CallTracingTest {

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String ROUTE = "b7ad6b7169203331";

    private final RecordedSpans spans = new RecordedSpans();

    @Test
    void aCallIsASpanWithTokensAndJoulesAndTheServersParent() throws Exception {
        ZOO.stub(
                "a",
                okJson(
                        completion("right", 300)
                                .replaceFirst(
                                        "\\{", "{\"id\":\"cmpl-7\",\"model\":\"served-a-2\",")));
        InferenceOutcome outcome = infer(exploit("1", "a", "b"));

        SpanData span = spans.only();
        assertThat(span.getName()).isEqualTo("chat served-a");
        assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo(ROUTE);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(span.getAttributes().asMap())
                .containsEntry(AttributeKey.stringKey("gen_ai.operation.name"), "chat")
                .containsEntry(AttributeKey.stringKey("gen_ai.provider.name"), "openai")
                .containsEntry(AttributeKey.stringKey("gen_ai.request.model"), "served-a")
                .containsEntry(AttributeKey.longKey("gen_ai.request.max_tokens"), 8L)
                .containsEntry(AttributeKey.stringKey("gen_ai.response.model"), "served-a-2")
                .containsEntry(AttributeKey.stringKey("gen_ai.response.id"), "cmpl-7")
                .containsEntry(AttributeKey.longKey("gen_ai.usage.input_tokens"), 5L)
                .containsEntry(AttributeKey.longKey("gen_ai.usage.output_tokens"), 2L)
                .containsEntry(AttributeKey.stringKey("server.address"), "localhost")
                .containsEntry(AttributeKey.longKey("server.port"), (long) ZOO.getPort())
                .containsEntry(AttributeKey.stringKey("mess.request.id"), "1")
                .containsEntry(AttributeKey.stringKey("mess.sla"), "gold")
                .containsEntry(AttributeKey.stringKey("mess.model"), "a")
                .containsEntry(AttributeKey.longKey("mess.attempts"), 1L)
                .containsEntry(AttributeKey.doubleKey("mess.score"), 1.0)
                .containsEntry(AttributeKey.booleanKey("mess.served"), true)
                .containsEntry(AttributeKey.doubleKey("mess.energy.joules"), 3.0)
                .containsEntry(
                        AttributeKey.stringKey("mess.energy.source"), "response (estimated)");
        assertThat(outcome.response().energy().joules()).isEqualTo(3);
        assertThat(span.getAttributes().toString()).doesNotContain("right", "hi 1");
        ZOO.verify(
                1, StubbedZoo.callsOf("a").withHeader("traceparent", equalTo(traceparent(span))));
        // What follows the response is no part of the call.
        assertThat(header(outcome.response().headers(), "traceparent"))
                .isEqualTo("00-" + TRACE + "-" + ROUTE + "-01");
    }

    @Test
    void aCallThatFailsSaysHowAndTheNextModelsCallFollows() throws Exception {
        ZOO.stub("a", aResponse().withStatus(500).withBody("boom"));
        ZOO.answers("b", "right", 100);
        infer(exploit("1", "a", "b"));

        SpanData failed = spans.named("chat served-a");
        assertThat(failed.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(text(failed, SpanAttribute.ERROR_TYPE)).isEqualTo("500");
        assertThat(number(failed, SpanAttribute.ATTEMPTS)).isEqualTo(3);
        assertThat(flag(failed, SpanAttribute.SERVED)).isNull();
        assertThat(failed.getEvents())
                .hasSize(3)
                .allMatch(event -> event.getName().equals("attempt failed"));
        assertThat(failed.toString()).doesNotContain("boom");
        SpanData served = spans.named("chat served-b");
        assertThat(served.getParentSpanId()).isEqualTo(ROUTE);
        assertThat(flag(served, SpanAttribute.SERVED)).isTrue();
    }

    @Test
    void kindsOfFailuresAreToldApart() throws Exception {
        ZOO.stub("a", okJson("{}"));
        ZOO.stub("b", aResponse().withStatus(200).withFixedDelay(60_000));
        OpenZoo zoo =
                ZOO.open(
                        traced().maxAttempts(1).build(),
                        Fixtures.endpoint("a", ZOO.baseUrl()).build(),
                        Fixtures.endpoint("b", ZOO.baseUrl()).build(),
                        Fixtures.endpoint("down", Fixtures.NO_SERVER).build());
        zoo.scoredBy(NO_TRUTH)
                .begin(inTrace(withTimeout(explore("1", "a", "b", "down"), 500)), 500)
                .get();
        zoo.close();

        assertThat(spans.all())
                .extracting(SpanData::getName, span -> text(span, SpanAttribute.ERROR_TYPE))
                .contains(
                        tuple("chat served-a", "invalid_response"),
                        tuple("chat served-b", "timeout"),
                        tuple("chat served-down", "unreachable"));
    }

    @Test
    void anExploredRequestHasASpanForEachModelAndOneIsServed() throws Exception {
        ZOO.answers("a", "wrong", 100);
        ZOO.answers("b", "right", 300);
        infer(explore("1", "a", "b"));

        SpanData wrong = spans.named("chat served-a");
        SpanData right = spans.named("chat served-b");
        assertThat(wrong.getParentSpanId()).isEqualTo(right.getParentSpanId()).isEqualTo(ROUTE);
        assertThat(flag(wrong, SpanAttribute.SERVED)).isFalse();
        assertThat(flag(right, SpanAttribute.SERVED)).isTrue();
        assertThat(figure(wrong, SpanAttribute.ENERGY_JOULES)).isEqualTo(1);
        assertThat(figure(right, SpanAttribute.ENERGY_JOULES)).isEqualTo(3);
    }

    @Test
    void anAnswerWithoutAMeasurementHasTheEstimateThatTheResponseHas() throws Exception {
        ZOO.stub("a", okJson(Fixtures.completionWithoutUsage("right")));
        RoutedRequest routed = Fixtures.withEstimates(exploit("1", "a"), 12.0);
        infer(routed);

        assertThat(figure(spans.only(), SpanAttribute.ENERGY_JOULES)).isEqualTo(12);
        assertThat(text(spans.only(), SpanAttribute.ENERGY_SOURCE)).endsWith("(estimated)");
        assertThat(number(spans.only(), SpanAttribute.GEN_AI_INPUT_TOKENS)).isNull();
    }

    @Test
    void aTraceThatIsNotSampledHasNoSpans() throws Exception {
        ZOO.answers("a", "right", 100);
        String unsampled = "00-" + TRACE + "-" + ROUTE + "-00";
        infer(withParent(exploit("1", "a"), unsampled));

        assertThat(spans.all()).isEmpty();
    }

    @Test
    void aRequestThatWasRestoredGoesOnInItsTrace() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (ModelServer server = ModelServer.repeating(gate)) {
            InferOperatorFactory factory =
                    new InferOperatorFactory(
                            List.of(Fixtures.endpoint("a", server.base()).build()),
                            traced().build(),
                            NO_SCORES);
            OperatorSubtaskState snapshot;
            try (InferHarness harness = new InferHarness(factory)) {
                harness.open();
                harness.processElement(inTrace(exploit("1", "a")), 1);
                await().until(() -> server.calls.get() == 1);
                snapshot = harness.snapshot(1, 1);
            }
            gate.countDown();
            assertThat(text(spans.only(), SpanAttribute.ERROR_TYPE)).isEqualTo("canceled");

            try (InferHarness harness = new InferHarness(factory)) {
                harness.initializeState(snapshot);
                harness.open();
                harness.endInput();
            }
        }

        assertThat(spans.all())
                .hasSize(2)
                .allMatch(span -> span.getTraceId().equals(TRACE))
                .allMatch(span -> span.getParentSpanId().equals(ROUTE));
        assertThat(flag(spans.all().get(1), SpanAttribute.SERVED)).isTrue();
    }

    private InferenceConfigBuilder traced() {
        return inference().tracing(spans.config());
    }

    private InferenceOutcome infer(RoutedRequest routed) throws Exception {
        OpenZoo zoo = ZOO.open(traced().build());
        boolean hasParent = header(routed.request().headers(), "traceparent") != null;
        InferenceOutcome outcome = ZOO.infer(hasParent ? routed : inTrace(routed));
        // Has the spans exported.
        zoo.close();
        return outcome;
    }

    private static RoutedRequest inTrace(RoutedRequest routed) {
        return withParent(routed, "00-" + TRACE + "-" + ROUTE + "-01");
    }

    private static RoutedRequest withParent(RoutedRequest routed, String traceparent) {
        return with(
                routed,
                PromptRequestBuilder.builder(routed.request())
                        .headers(List.of(header("traceparent", traceparent)))
                        .build());
    }
}
