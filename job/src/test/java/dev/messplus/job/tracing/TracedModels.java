package dev.messplus.job.tracing;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.messplus.record.Json;
import dev.messplus.testkit.TestServer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Models whose server is traced with OpenTelemetry. They know every answer, unless they are asked
 * to fail; answers can be held.
 */
final class TracedModels implements AutoCloseable {

    private final TracedService tracing;
    private final TestServer server = new TestServer().on("/v1/chat/completions", this::serve);
    private final Set<String> broken = ConcurrentHashMap.newKeySet();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    TracedModels(String collector) throws IOException {
        tracing = new TracedService("model-server", collector);
    }

    String url() {
        return server.url() + "/v1";
    }

    /** Has a model fail from now on. */
    void fail(String model) {
        broken.add(model);
    }

    /** Holds answers from now on. */
    void hold() {
        gate = new CountDownLatch(1);
    }

    /** Gives all answers. */
    void release() {
        gate.countDown();
    }

    int calls() {
        return calls.get();
    }

    private void serve(HttpExchange exchange) throws IOException {
        Span span =
                tracing.begin(
                        "POST /v1/chat/completions",
                        SpanKind.SERVER,
                        exchange.getRequestHeaders().getFirst("traceparent"));
        try {
            calls.incrementAndGet();
            JsonNode request = Json.MAPPER.readTree(exchange.getRequestBody());
            gate.await();
            answer(exchange, request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            span.end();
        }
    }

    private void answer(HttpExchange exchange, JsonNode request) throws IOException {
        String model = request.path("model").asText();
        String prompt = request.path("messages").path(0).path("content").asText();
        int number = calls.get();
        String body =
                """
                {"id":"chatcmpl-%d","model":"%s",
                 "choices":[{"index":0,"finish_reason":"stop",
                             "message":{"role":"assistant","content":"%s"}}],
                 "usage":{"prompt_tokens":%d,"completion_tokens":1,"joules":%s}}"""
                        .formatted(
                                number,
                                model,
                                prompt.split(" ", -1)[1],
                                prompt.split(" ", -1).length,
                                model.equals("large") ? "41.2" : "3.7");
        TestServer.json(exchange, broken.contains(model) ? 500 : 200, body);
    }

    @Override
    public void close() {
        release();
        server.close();
        tracing.close();
    }
}
