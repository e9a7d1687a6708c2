package dev.messplus.parse;

import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import dev.messplus.trace.RequestSpan;
import dev.messplus.trace.SpanAttribute;
import dev.messplus.trace.Tracing;
import dev.messplus.trace.TracingConfig;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.flink.api.common.functions.RuntimeContext;

/** Parses requests, each in a span, which belongs to the trace of its sender. */
public final class TracedRequests implements ParseFunction.Parser<PromptRequest> {

    private static final String OPERATION = "parse";

    /** Keys that are longer are no ids. */
    private static final int MAX_KEY_BYTES = 256;

    private final ParseFunction.Parser<PromptRequest> parser;
    private final TracingConfig config;

    private transient Tracing tracing;

    /** Requests that {@code parser} parses. */
    public TracedRequests(ParseFunction.Parser<PromptRequest> parser, TracingConfig config) {
        this.parser = parser;
        this.config = config;
    }

    @Override
    public void open(RuntimeContext context) throws Exception {
        tracing = Tracing.open(config);
        parser.open(context);
    }

    @Override
    public void close() {
        parser.close();
        if (tracing != null) {
            tracing.close();
        }
    }

    @Override
    public PromptRequest parse(RawRecord raw, Ignored ignored) throws InvalidRecordException {
        RequestSpan span = tracing.consumer(OPERATION + " " + raw.topic(), raw.headers());
        try {
            if (span.isRecording()) {
                describe(span, raw);
            }
            PromptRequest request = parser.parse(raw, ignored);
            span.set(SpanAttribute.REQUEST_ID, request.id()).set(SpanAttribute.SLA, request.sla());
            return span.within(request);
        } catch (InvalidRecordException e) {
            // Only the kind of error: the message quotes what the sender wrote.
            span.set(SpanAttribute.REQUEST_ID, e.origin().id())
                    .set(SpanAttribute.SLA, e.origin().sla())
                    .fail(e.reason().name().toLowerCase(Locale.ROOT));
            throw e;
        } finally {
            span.end();
        }
    }

    private static void describe(RequestSpan span, RawRecord raw) {
        span.set(SpanAttribute.MESSAGING_SYSTEM, "kafka")
                .set(SpanAttribute.MESSAGING_OPERATION_NAME, OPERATION)
                .set(SpanAttribute.MESSAGING_OPERATION_TYPE, "process")
                .set(SpanAttribute.MESSAGING_DESTINATION_NAME, raw.topic())
                .set(SpanAttribute.MESSAGING_PARTITION, String.valueOf(raw.partition()))
                .set(SpanAttribute.MESSAGING_OFFSET, raw.offset())
                .set(SpanAttribute.MESSAGING_KEY, text(raw.key()));
        if (raw.value() == null) {
            span.set(SpanAttribute.MESSAGING_TOMBSTONE, true);
        } else {
            span.set(SpanAttribute.MESSAGING_BODY_BYTES, raw.value().length);
        }
    }

    /** A key as text; {@code null} if it is none. */
    private static String text(byte[] key) {
        if (key == null || key.length > MAX_KEY_BYTES) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
