package dev.messplus.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.concurrent.TimeUnit;

/**
 * The way of spans to their target: sampled where a trace begins, held in a queue that is bounded,
 * and exported in batches by a thread of its own.
 */
final class SpanPipeline implements AutoCloseable {

    /** How long closing waits for the target, in seconds. A restart of the job waits as well. */
    static final int FLUSH_SECONDS = 5;

    /** Spans that may wait: some 10 MB, and a second of a thousand requests with retries. */
    static final int MAX_WAITING = 8_192;

    /** What servers say of themselves may be of any length. */
    private static final int MAX_VALUE_CHARS = 1_024;

    private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");

    private final CountedExporter exporter;
    private final SdkTracerProvider provider;
    private final Tracer tracer;

    SpanPipeline(TracingConfig config) {
        exporter = new CountedExporter(config.target());
        BatchSpanProcessor batches =
                BatchSpanProcessor.builder(exporter).setMaxQueueSize(MAX_WAITING).build();
        provider =
                SdkTracerProvider.builder()
                        .setResource(
                                Resource.getDefault()
                                        .merge(
                                                Resource.create(
                                                        Attributes.of(
                                                                SERVICE_NAME,
                                                                config.serviceName()))))
                        .setSpanLimits(
                                SpanLimits.builder()
                                        .setMaxAttributeValueLength(MAX_VALUE_CHARS)
                                        .build())
                        .setSampler(
                                Sampler.parentBased(
                                        Sampler.traceIdRatioBased(config.sampledShare())))
                        .addSpanProcessor(new BoundedProcessor(batches, exporter, MAX_WAITING))
                        .build();
        tracer = provider.get("dev.messplus");
    }

    Tracer tracer() {
        return tracer;
    }

    CountedExporter exporter() {
        return exporter;
    }

    @Override
    public void close() {
        CompletableResultCode flushed = provider.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
        if (!flushed.isDone()) {
            // Has the thread give up what it could not export by then.
            exporter.shutdown();
        }
    }
}
