package dev.messplus.record;

/**
 * A header of a Kafka record.
 *
 * @param name name of the header
 * @param value value of the header, as bytes; {@code null} if it has none
 */
public record RecordHeader(String name, byte[] value) {

    /**
     * Name of the header that states which trace a record belongs to. Names of Kafka headers are
     * case-sensitive.
     *
     * @see <a href="https://www.w3.org/TR/trace-context/">Trace Context</a>
     */
    public static final String TRACE_PARENT = "traceparent";

    /** Name of the header with what tracing systems add to {@link #TRACE_PARENT}. */
    public static final String TRACE_STATE = "tracestate";

    /** Whether this is one of the headers of a trace. */
    public boolean isTrace() {
        return name.equals(TRACE_PARENT) || name.equals(TRACE_STATE);
    }
}
