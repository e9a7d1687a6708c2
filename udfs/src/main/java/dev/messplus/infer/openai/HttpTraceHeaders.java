package dev.messplus.infer.openai;

import dev.messplus.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The headers of a trace, as W3C's Trace Context names them. Only these go from a request to its
 * model server: a sender's other headers could replace those that log the job in.
 */
final class HttpTraceHeaders {

    /** W3C has a tracestate be at least this long, in characters, before it may be dropped. */
    private static final int MAX_LENGTH = 512;

    /** What HTTP permits in a value, of ASCII. */
    private static final Pattern VALUE =
            Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e\\t]*[\\x21-\\x7e])?");

    private HttpTraceHeaders() {}

    /** The headers of a trace, by name; the first of several counts. An invalid one is left out. */
    static Map<String, String> of(List<RecordHeader> headers) {
        if (headers.isEmpty()) {
            return Map.of();
        }
        Map<String, String> trace = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        for (RecordHeader header : headers) {
            if (header.isTrace() && seen.add(header.name()) && isValid(header.value())) {
                trace.put(header.name(), new String(header.value(), StandardCharsets.ISO_8859_1));
            }
        }
        return trace;
    }

    private static boolean isValid(byte[] value) {
        return value != null
                && value.length <= MAX_LENGTH
                && VALUE.matcher(new String(value, StandardCharsets.ISO_8859_1)).matches();
    }
}
