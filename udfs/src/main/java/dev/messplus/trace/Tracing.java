package dev.messplus.trace;

import dev.messplus.record.RecordHeader;
import dev.messplus.sharing.SharedResources;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.util.List;

/**
 * Begins the spans of an operator. All operators of a job share one exporter in a JVM, which is
 * flushed when the last of them closes.
 *
 * <p>Without tracing, a span is {@link RequestSpan#NONE}, and nothing else is done.
 */
public final class Tracing implements AutoCloseable {

    private static final SharedResources<List<Object>, SpanPipeline> OPEN = new SharedResources<>();

    private static final Tracing OFF = new Tracing(null);

    /** {@code null} without tracing. */
    private final SharedResources.Use<SpanPipeline> pipeline;

    private Tracing(SharedResources.Use<SpanPipeline> pipeline) {
        this.pipeline = pipeline;
    }

    /**
     * Opens tracing.
     *
     * @param config {@code null} for none
     */
    public static Tracing open(TracingConfig config) {
        return config == null
                ? OFF
                : new Tracing(OPEN.acquire(config.key(), () -> new SpanPipeline(config)));
    }

    /**
     * Begins a span of reading a record.
     *
     * @param headers the record's, with the context that the span belongs to; without one, a trace
     *     begins
     */
    public RequestSpan consumer(String name, List<RecordHeader> headers) {
        return begin(name, SpanKind.CONSUMER, headers);
    }

    /** Begins a span of work within the job. */
    public RequestSpan internal(String name, List<RecordHeader> headers) {
        return begin(name, SpanKind.INTERNAL, headers);
    }

    /** Begins a span of calling a server. */
    public RequestSpan client(String name, List<RecordHeader> headers) {
        return begin(name, SpanKind.CLIENT, headers);
    }

    private RequestSpan begin(String name, SpanKind kind, List<RecordHeader> headers) {
        if (pipeline == null) {
            return RequestSpan.NONE;
        }
        return new RequestSpan(
                pipeline.get()
                        .tracer()
                        .spanBuilder(name)
                        .setSpanKind(kind)
                        .setParent(TraceContext.read(headers, Context.root()))
                        .startSpan());
    }

    /** Number of spans of this JVM that did not reach the collector; 0 without tracing. */
    public long dropped() {
        return pipeline == null ? 0 : pipeline.get().exporter().dropped();
    }

    /** Number of spans of this JVM that reached the collector; 0 without tracing. */
    public long exported() {
        return pipeline == null ? 0 : pipeline.get().exporter().exported();
    }

    /**
     * Ends this use. The last one of the JVM waits for spans that are not exported yet, for at most
     * {@value SpanPipeline#FLUSH_SECONDS} s.
     */
    @Override
    public void close() {
        if (pipeline != null) {
            pipeline.close();
        }
    }
}
