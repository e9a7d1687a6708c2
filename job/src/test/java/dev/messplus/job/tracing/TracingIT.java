package dev.messplus.job.tracing;

import static dev.messplus.job.fixture.TestConfig.joulesInResponse;
import static dev.messplus.testkit.TestTopics.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.tracing.OtlpCollector.Received;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestResponses;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobStatus;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests are traced from their producer to the model's server, through Kafka and state. */
@ExtendWith(SharedCluster.class)
class TracingIT {

    private static TestCluster cluster;

    private OtlpCollector collector;
    private TracedModels models;
    private TracedService shop;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @BeforeEach
    void open() throws Exception {
        collector = new OtlpCollector();
        models = new TracedModels(collector.url());
        shop = new TracedService("shop", collector.url());
    }

    @AfterEach
    void close() throws Exception {
        models.close();
        shop.close();
        collector.close();
    }

    /**
     * The job exports all when a bounded run ends. The test writes the trace of docs/tracing.md.
     */
    @Test
    void aRequestIsOneTraceFromTheProducerToTheModelServer() throws Exception {
        try (TestJob job = TestJob.on(cluster, config("traced")).bounded()) {
            Span sent = shop.begin("send " + job.requestsTopic(), SpanKind.PRODUCER, null);
            job.send(request(job, TestRequest.easy(17), sent));
            job.flush();
            sent.end();
            job.start().awaitEnd();
            ConsumerRecord<byte[], byte[]> response = job.awaitResponseRecords(1).get(0);
            Span read =
                    shop.begin(
                            "process " + job.responsesTopic(),
                            SpanKind.CONSUMER,
                            header(response, "traceparent"));
            read.end();

            String traceId = sent.getSpanContext().getTraceId();
            List<Received> trace = awaitTrace(traceId, 6);
            Received producer = named(trace, "send traced.requests");
            Received parse = named(trace, "parse traced.requests");
            Received route = named(trace, "route");
            Received chat = named(trace, "chat small-1b");
            Received server = named(trace, "POST /v1/chat/completions");
            Received consumer = named(trace, "process traced.responses");
            Files.writeString(Path.of("target", "trace.txt"), TraceTree.of(trace));

            assertThat(producer.parentId()).isEmpty();
            assertThat(parse.parentId()).isEqualTo(producer.spanId());
            assertThat(route.parentId()).isEqualTo(parse.spanId());
            assertThat(chat.parentId()).isEqualTo(route.spanId());
            assertThat(server.parentId()).isEqualTo(chat.spanId());
            assertThat(consumer.parentId()).isEqualTo(route.spanId());
            assertThat(List.of(parse, route, chat))
                    .allMatch(span -> span.service().equals("mess"))
                    .allMatch(span -> !span.failed())
                    .allMatch(span -> span.attributes().get("mess.request.id").equals("r17"))
                    .allMatch(span -> span.attributes().get("mess.sla").equals("gold"));
            assertThat(parse.kind().name()).isEqualTo("SPAN_KIND_CONSUMER");
            assertThat(chat.kind().name()).isEqualTo("SPAN_KIND_CLIENT");
            JsonNode answer = job.awaitResponses(1).get(0);
            assertThat(chat.attributes())
                    .containsEntry("gen_ai.usage.input_tokens", 2L)
                    .containsEntry("gen_ai.response.model", "small-1b")
                    .containsEntry("mess.energy.joules", answer.get("energy_joules").asDouble())
                    .containsEntry("mess.energy.source", answer.get("energy_source").asText());
        }
    }

    @Test
    void aRequestThatAFailoverInterruptsGoesOnInItsTrace() throws Exception {
        models.hold();
        try (TestJob job = TestJob.on(cluster, config("failover")).start()) {
            Span sent = shop.begin("send " + job.requestsTopic(), SpanKind.PRODUCER, null);
            job.send(request(job, TestRequest.easy(18), sent));
            sent.end();
            Patience.await().until(() -> models.calls() == 1);
            job.awaitCheckpoint();
            job.failOver();
            Patience.await().until(() -> models.calls() == 2);
            models.release();
            job.awaitResponses(1);

            // The producer, parse, route, and each of the two calls with its server.
            List<Received> trace = awaitTrace(sent.getSpanContext().getTraceId(), 7);
            Received route = named(trace, "route");
            List<Received> calls =
                    trace.stream().filter(span -> span.name().equals("chat small-1b")).toList();
            assertThat(calls)
                    .as(TraceTree.of(trace))
                    .hasSize(2)
                    .allMatch(call -> call.parentId().equals(route.spanId()));
            assertThat(calls.get(0).attributes()).containsEntry("error.type", "canceled");
            assertThat(calls.get(1).attributes()).containsEntry("mess.served", true);
        }
    }

    @Test
    void failedCallsAndDeadLettersAreFailedSpans() throws Exception {
        models.fail("small-1b");
        try (TestJob job = TestJob.on(cluster, config("failing")).bounded()) {
            Span sent = shop.begin("send", SpanKind.PRODUCER, null);
            job.send(request(job, TestRequest.easy(19), sent));
            job.send(request(job, TestRequest.easy(20).sla("tin"), sent));
            sent.end();
            job.flush();
            job.start().awaitEnd();

            String traceId = sent.getSpanContext().getTraceId();
            List<Received> trace =
                    Patience.await()
                            .until(
                                    () -> collector.trace(traceId),
                                    spans -> spans.stream().anyMatch(TracingIT::isServed));
            assertThat(trace)
                    .anyMatch(
                            span ->
                                    span.name().equals("chat small-1b")
                                            && span.failed()
                                            && span.attributes().get("error.type").equals("500"))
                    .anyMatch(
                            span ->
                                    span.name().startsWith("parse")
                                            && span.failed()
                                            && span.attributes()
                                                    .get("error.type")
                                                    .equals("unknown_sla"))
                    .anyMatch(span -> span.name().equals("chat large-8b") && isServed(span));
        }
    }

    @Test
    void withoutACollectorRequestsAreAnsweredAndSpansAreCountedAsDropped() throws Exception {
        TestConfig config =
                config("down").set("tracing.otlpEndpoint", "http://127.0.0.1:" + Ports.free());
        try (TestJob job = TestJob.on(cluster, config).start()) {
            for (int i = 0; i < 100; i++) {
                job.send(TestRequest.easy(i));
            }
            assertThat(TestResponses.distinctIds(job.awaitResponses(100))).hasSize(100);

            Patience.await().until(() -> job.inferenceMetric("spansDropped") > 0);
            assertThat(job.inferenceMetric("spansExported")).isZero();
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
            assertThat(job.restarts()).isZero();
        }
    }

    @Test
    void withoutTheSectionThereAreNoSpans() throws Exception {
        TestConfig config =
                TestConfig.on(cluster, "untraced").model("small", models.url(), joulesInResponse());
        try (TestJob job = TestJob.on(cluster, config).bounded()) {
            Span sent = shop.begin("send", SpanKind.PRODUCER, null);
            job.send(request(job, TestRequest.easy(21), sent));
            sent.end();
            job.flush();
            job.start().awaitEnd();

            // The model's server joins the producer's trace itself.
            List<Received> trace = awaitTrace(sent.getSpanContext().getTraceId(), 2);
            assertThat(trace).extracting(Received::service).containsOnly("shop", "model-server");
            ConsumerRecord<byte[], byte[]> response = job.awaitResponseRecords(1).get(0);
            assertThat(header(response, "traceparent")).isEqualTo(TracedService.traceparent(sent));
        }
    }

    private TestConfig config(String name) throws Exception {
        return TestConfig.on(cluster, name)
                .model("small", models.url(), "small-1b", joules(4))
                .model("large", models.url(), "large-8b", joules(40))
                .set("tracing.otlpEndpoint", collector.url());
    }

    /** Energy that the server reports; {@code expected} is what routing begins with. */
    private static Map<String, Object> joules(double expected) {
        Map<String, Object> energy = new HashMap<>(joulesInResponse());
        energy.put("priorJoules", expected);
        return energy;
    }

    private static ProducerRecord<byte[], byte[]> request(
            TestJob job, TestRequest request, Span span) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        job.requestsTopic(),
                        "order-17".getBytes(StandardCharsets.UTF_8),
                        request.json().getBytes(StandardCharsets.UTF_8));
        record.headers()
                .add(
                        "traceparent",
                        TracedService.traceparent(span).getBytes(StandardCharsets.US_ASCII));
        return record;
    }

    private List<Received> awaitTrace(String traceId, int spans) {
        return Patience.await()
                .until(() -> collector.trace(traceId), trace -> trace.size() >= spans);
    }

    private static Received named(List<Received> trace, String name) {
        List<Received> found = trace.stream().filter(span -> span.name().equals(name)).toList();
        assertThat(found).as("%s of%n%s", name, TraceTree.of(trace)).hasSize(1);
        return found.get(0);
    }

    private static boolean isServed(Received span) {
        return Boolean.TRUE.equals(span.attributes().get("mess.served"));
    }
}
