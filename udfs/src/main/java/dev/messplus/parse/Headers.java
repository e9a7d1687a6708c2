package dev.messplus.parse;

import dev.messplus.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Selects the Kafka headers that travel with a request: to the model server, if they are those of
 * the W3C's Trace Context, and to the response.
 */
final class Headers {

    /** Their number, names and bytes are limited, because they are kept with each request. */
    private static final int MAX_HEADERS = 32;

    private static final int MAX_NAME_CHARS = 128;

    /** Of all names and values together. */
    private static final int MAX_BYTES = 8 << 10;

    /** Version ff, and ids of zeros alone, are invalid; versions above 00 may have more parts. */
    private static final Pattern TRACE_PARENT_FORM =
            Pattern.compile(
                    "(00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
                            + "|(?!00|ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}"
                            + "-[0-9a-f]{2}(-[ -~]{0,256})?)");

    /** Printable ASCII, of the length that Trace Context asks to pass on at least. */
    private static final Pattern TRACE_STATE_FORM = Pattern.compile("[ -~]{1,512}");

    private final List<RecordHeader> kept = new ArrayList<>();
    private int bytes;

    private Headers() {}

    /**
     * The headers within the limits: a valid {@code traceparent} and its {@code tracestate} first,
     * then the others in their order.
     */
    static List<RecordHeader> of(List<RecordHeader> headers, Ignored ignored) {
        if (headers.isEmpty()) {
            return List.of();
        }
        Headers selected = new Headers();
        selected.addTrace(headers);
        headers.stream().filter(header -> !header.isTrace()).forEach(selected::add);
        for (int i = selected.kept.size(); i < headers.size(); i++) {
            ignored.header();
        }
        return List.copyOf(selected.kept);
    }

    /** A state says nothing without its parent. */
    private void addTrace(List<RecordHeader> headers) {
        if (addFirst(headers, RecordHeader.TRACE_PARENT, TRACE_PARENT_FORM)) {
            addFirst(headers, RecordHeader.TRACE_STATE, TRACE_STATE_FORM);
        }
    }

    private boolean addFirst(List<RecordHeader> headers, String name, Pattern form) {
        for (RecordHeader header : headers) {
            if (header.name().equals(name)) {
                return matches(header, form) && add(header);
            }
        }
        return false;
    }

    private static boolean matches(RecordHeader header, Pattern form) {
        return header.value() != null
                && form.matcher(new String(header.value(), StandardCharsets.ISO_8859_1)).matches();
    }

    private boolean add(RecordHeader header) {
        int size =
                header.name().getBytes(StandardCharsets.UTF_8).length
                        + (header.value() == null ? 0 : header.value().length);
        boolean fits =
                kept.size() < MAX_HEADERS
                        && header.name().length() <= MAX_NAME_CHARS
                        && bytes + size <= MAX_BYTES;
        if (fits) {
            kept.add(header);
            bytes += size;
        }
        return fits;
    }
}
