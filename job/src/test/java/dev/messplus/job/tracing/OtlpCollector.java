package dev.messplus.job.tracing;

import com.sun.net.httpserver.HttpExchange;
import dev.messplus.testkit.TestServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A receiver of OTLP over HTTP, in protobuf, that keeps the spans. */
final class OtlpCollector implements AutoCloseable {

    /**
     * A span as it arrived.
     *
     * @param service {@code service.name} of its resource
     * @param parentId empty for the root of a trace
     * @param attributes with texts, numbers and lists of them as Java has them
     */
    record Received(
            String service,
            String name,
            Ids ids,
            Span.SpanKind kind,
            Times times,
            Map<String, Object> attributes,
            boolean failed) {

        String traceId() {
            return ids.trace();
        }

        String spanId() {
            return ids.span();
        }

        String parentId() {
            return ids.parent();
        }
    }

    /** Ids in hexadecimal digits. */
    record Ids(String trace, String span, String parent) {}

    /** Nanoseconds since the epoch. */
    record Times(long start, long end) {}

    private final Queue<Received> spans = new ConcurrentLinkedQueue<>();
    private final TestServer server = new TestServer().on("/v1/traces", this::receive);

    /** Starts a receiver. */
    OtlpCollector() throws IOException {}

    /** Its base address, as a configuration has it. */
    String url() {
        return server.url();
    }

    /** The spans of a trace, in the order of their starts. */
    List<Received> trace(String traceId) {
        return spans.stream()
                .filter(span -> span.traceId().equals(traceId))
                .sorted(
                        (one, other) ->
                                Long.compareUnsigned(one.times().start(), other.times().start()))
                .toList();
    }

    /** All spans of a service. */
    List<Received> of(String service) {
        return spans.stream().filter(span -> span.service().equals(service)).toList();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            ExportTraceServiceRequest request =
                    ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
            request.getResourceSpansList().forEach(this::keep);
            byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private void keep(ResourceSpans resource) {
        Object service = attributes(resource.getResource().getAttributesList()).get("service.name");
        for (ScopeSpans scope : resource.getScopeSpansList()) {
            for (Span span : scope.getSpansList()) {
                spans.add(
                        new Received(
                                String.valueOf(service),
                                span.getName(),
                                new Ids(
                                        hex(span.getTraceId().toByteArray()),
                                        hex(span.getSpanId().toByteArray()),
                                        hex(span.getParentSpanId().toByteArray())),
                                span.getKind(),
                                new Times(span.getStartTimeUnixNano(), span.getEndTimeUnixNano()),
                                attributes(span.getAttributesList()),
                                span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR));
            }
        }
    }

    private static Map<String, Object> attributes(List<KeyValue> list) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        list.forEach(pair -> attributes.put(pair.getKey(), value(pair.getValue())));
        return attributes;
    }

    private static Object value(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case ARRAY_VALUE ->
                    value.getArrayValue().getValuesList().stream()
                            .map(OtlpCollector::value)
                            .toList();
            default -> throw new IllegalArgumentException(value.toString());
        };
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        server.close();
    }
}
