package dev.messplus.trace;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;

/**
 * Drops spans while too many wait to be exported. The processor behind it would drop them as well,
 * but counts them only in OpenTelemetry's own metrics.
 */
final class BoundedProcessor implements SpanProcessor {

    private final SpanProcessor batches;
    private final CountedExporter exporter;
    private final int maxWaiting;

    /**
     * A processor before another one.
     *
     * @param exporter counts the spans that wait for it, and those that are dropped
     * @param maxWaiting at most what {@code batches} takes
     */
    BoundedProcessor(SpanProcessor batches, CountedExporter exporter, int maxWaiting) {
        this.batches = batches;
        this.exporter = exporter;
        this.maxWaiting = maxWaiting;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (exporter.tryWait(maxWaiting)) {
            batches.onEnd(span);
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public CompletableResultCode forceFlush() {
        return batches.forceFlush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return batches.shutdown();
    }
}
