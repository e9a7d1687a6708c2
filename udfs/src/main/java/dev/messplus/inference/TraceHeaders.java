package dev.messplus.inference;

import dev.messplus.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The headers of a trace, as W3C's Trace Context names them. Only these go from a request to its
 * model server: a sender's other headers could replace those that log the job in.
 */
final class TraceHeaders {

    private static final Set<String> NAMES = Set.of("traceparent", "tracestate");

    /** W3C has a tracestate be at least this long, in characters, before it may be dropped. */
    private static final int MAX_LENGTH = 512;

    /** What HTTP permits in a value, of ASCII. */
    private static final Pattern VALUE =
            Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e\\t]*[\\x21-\\x7e])?");

    private TraceHeaders() {}

    /** The headers of a trace, by name; the last of several counts. Invalid ones are left out. */
    static Map<String, String> of(List<RecordHeader> headers) {
        if (headers.isEmpty()) {
            return Map.of();
        }
        Map<String, String> trace = new LinkedHashMap<>();
        for (RecordHeader header : headers) {
            String name = header.name().toLowerCase(Locale.ROOT);
            if (!NAMES.contains(name)
                    || header.value() == null
                    || header.value().length > MAX_LENGTH) {
                continue;
            }
            String value = new String(header.value(), StandardCharsets.ISO_8859_1);
            if (VALUE.matcher(value).matches()) {
                trace.put(name, value);
            }
        }
        return trace;
    }
}
