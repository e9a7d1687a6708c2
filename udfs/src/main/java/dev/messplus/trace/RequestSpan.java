package dev.messplus.trace;

import dev.messplus.record.PromptRequest;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RecordHeader;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Instant;
import java.util.List;

/**
 * A step of a request. Any thread may use it. What is {@code null} or not a number is not known,
 * and is left out.
 */
public final class RequestSpan {

    /** No span: all that is done with it has no effect. */
    public static final RequestSpan NONE = new RequestSpan(Span.getInvalid());

    private final Span span;
    private volatile Instant stopped;

    RequestSpan(Span span) {
        this.span = span;
    }

    /** Whether it is going to be exported; otherwise attributes need not be computed. */
    public boolean isRecording() {
        return span.isRecording();
    }

    /** Sets a text. */
    public RequestSpan set(SpanAttribute attribute, String value) {
        if (value != null) {
            span.setAttribute(attribute.key(), value);
        }
        return this;
    }

    /** Sets texts. */
    public RequestSpan set(SpanAttribute attribute, List<String> values) {
        span.setAttribute(AttributeKey.stringArrayKey(attribute.key()), values);
        return this;
    }

    /** Sets a count; {@code null} for one that is not known. */
    public RequestSpan set(SpanAttribute attribute, Integer value) {
        return value == null ? this : set(attribute, value.longValue());
    }

    /** Sets a whole number. */
    public RequestSpan set(SpanAttribute attribute, long value) {
        span.setAttribute(attribute.key(), value);
        return this;
    }

    /** Sets a number, if it is finite. */
    public RequestSpan set(SpanAttribute attribute, double value) {
        if (Double.isFinite(value)) {
            span.setAttribute(attribute.key(), value);
        }
        return this;
    }

    /** Sets what holds or does not hold. */
    public RequestSpan set(SpanAttribute attribute, boolean value) {
        span.setAttribute(attribute.key(), value);
        return this;
    }

    /** Notes something that happens now, of a kind. */
    public void event(String name, SpanAttribute attribute, String kind) {
        if (isRecording()) {
            span.addEvent(name, Attributes.of(AttributeKey.stringKey(attribute.key()), kind));
        }
    }

    /**
     * Marks the step as failed.
     *
     * @param type the kind of failure: one of few, without anything of the request
     */
    public RequestSpan fail(String type) {
        set(SpanAttribute.ERROR_TYPE, type);
        span.setStatus(StatusCode.ERROR);
        return this;
    }

    /** The headers by which what follows belongs to this step: a copy, or the same without it. */
    public List<RecordHeader> headers(List<RecordHeader> headers) {
        return this == NONE ? headers : TraceContext.write(span, headers);
    }

    /** The request as what follows gets it: a copy, or the same without a step. */
    public PromptRequest within(PromptRequest request) {
        return this == NONE
                ? request
                : PromptRequestBuilder.builder(request).headers(headers(request.headers())).build();
    }

    /** The step ends now, although more of it may become known before {@link #end}. */
    public void stop() {
        if (isRecording()) {
            stopped = Instant.now();
        }
    }

    /** Ends the step, and has it exported. Without effect the second time. */
    public void end() {
        Instant at = stopped;
        if (at == null) {
            span.end();
        } else {
            span.end(at);
        }
    }
}
