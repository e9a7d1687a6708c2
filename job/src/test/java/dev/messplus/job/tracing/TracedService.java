package dev.messplus.job.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A service beside the job that is traced with OpenTelemetry: a producer, a consumer, a server. */
final class TracedService implements AutoCloseable {

    private static final TextMapGetter<Map<String, String>> GETTER =
            new TextMapGetter<>() {

                @Override
                public Iterable<String> keys(Map<String, String> carrier) {
                    return carrier.keySet();
                }

                @Override
                public String get(Map<String, String> carrier, String key) {
                    return carrier.get(key);
                }
            };

    private final SdkTracerProvider provider;

    TracedService(String name, String collector) {
        provider =
                SdkTracerProvider.builder()
                        .setResource(
                                Resource.create(
                                        Attributes.of(
                                                AttributeKey.stringKey("service.name"), name)))
                        .addSpanProcessor(
                                SimpleSpanProcessor.create(
                                        OtlpHttpSpanExporter.builder()
                                                .setEndpoint(collector + "/v1/traces")
                                                .build()))
                        .build();
    }

    /** Begins a span below the one that a {@code traceparent} names, which may be {@code null}. */
    Span begin(String span, SpanKind kind, String traceparent) {
        Map<String, String> carrier =
                traceparent == null ? Map.of() : Map.of("traceparent", traceparent);
        return provider.get("test")
                .spanBuilder(span)
                .setSpanKind(kind)
                .setParent(
                        W3CTraceContextPropagator.getInstance()
                                .extract(Context.root(), carrier, GETTER))
                .startSpan();
    }

    /** The {@code traceparent} by which what follows belongs to a span. */
    static String traceparent(Span span) {
        Map<String, String> written = new HashMap<>();
        W3CTraceContextPropagator.getInstance()
                .inject(Context.root().with(span), written, Map::put);
        return written.get("traceparent");
    }

    @Override
    public void close() {
        provider.shutdown().join(30, TimeUnit.SECONDS);
    }
}
