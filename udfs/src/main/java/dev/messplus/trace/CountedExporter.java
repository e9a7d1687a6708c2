package dev.messplus.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what reaches a target and what does not, and says when that changes. */
final class CountedExporter implements SpanExporter {

    private static final Logger LOG = LoggerFactory.getLogger(CountedExporter.class);

    private final SpanTarget target;
    private final SpanExporter exporter;
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder exported = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final AtomicBoolean failing = new AtomicBoolean();

    CountedExporter(SpanTarget target) {
        this.target = target;
        this.exporter = target.open();
    }

    /** Counts a span that waits to be exported, or one that is dropped if too many wait. */
    boolean tryWait(int maxWaiting) {
        if (waiting.incrementAndGet() <= maxWaiting) {
            return true;
        }
        waiting.decrementAndGet();
        dropped.increment();
        return false;
    }

    long exported() {
        return exported.sum();
    }

    long dropped() {
        return dropped.sum();
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int size = spans.size();
        waiting.addAndGet(-size);
        CompletableResultCode result = exporter.export(spans);
        return result.whenComplete(() -> ended(result, size));
    }

    private void ended(CompletableResultCode result, int spans) {
        if (result.isSuccess()) {
            exported.add(spans);
            if (failing.compareAndSet(true, false)) {
                LOG.info("Spans are exported to {} again", target);
            }
            return;
        }
        dropped.add(spans);
        if (failing.compareAndSet(false, true)) {
            Throwable failure = result.getFailureThrowable();
            LOG.warn(
                    "Spans cannot be exported to {}, and are dropped and counted in spansDropped;"
                            + " check tracing.otlpEndpoint. Requests are answered as before",
                    target,
                    failure);
        }
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
