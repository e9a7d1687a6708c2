package dev.messplus.trace;

import dev.messplus.record.RecordHeader;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The context of a span in the headers of a record, as W3C's Trace Context has it. */
final class TraceContext {

    private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<List<RecordHeader>> FIRST =
            new TextMapGetter<>() {

                @Override
                public Iterable<String> keys(List<RecordHeader> headers) {
                    return headers.stream().map(RecordHeader::name).toList();
                }

                @Override
                public String get(List<RecordHeader> headers, String name) {
                    if (headers == null) {
                        return null;
                    }
                    for (RecordHeader header : headers) {
                        if (header.name().equals(name)) {
                            return header.value() == null
                                    ? null
                                    : new String(header.value(), StandardCharsets.ISO_8859_1);
                        }
                    }
                    return null;
                }
            };

    private TraceContext() {}

    /** The context in the headers; the first of several counts. */
    static Context read(List<RecordHeader> headers, Context otherwise) {
        return W3C.extract(otherwise, headers, FIRST);
    }

    /** The headers with the context of a span in place of theirs. */
    static List<RecordHeader> write(Span span, List<RecordHeader> headers) {
        List<RecordHeader> written = new ArrayList<>(headers.size() + 1);
        W3C.inject(
                Context.root().with(span),
                written,
                (carrier, name, value) ->
                        carrier.add(
                                new RecordHeader(name, value.getBytes(StandardCharsets.US_ASCII))));
        for (RecordHeader header : headers) {
            if (!header.isTrace()) {
                written.add(header);
            }
        }
        return List.copyOf(written);
    }
}
