package dev.messplus.parsing;

import static dev.messplus.parsing.InvalidRecordException.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Json;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.TreeSet;

/** Checks that the fields of requests and feedback have in common. */
final class Fields {

    /** Longest id or name, in characters; ids are kept in state and written to logs. */
    static final int MAX_ID_CHARS = 256;

    private Fields() {}

    /** Whether an optional field was left out; an explicit null counts as left out. */
    static boolean isAbsent(JsonNode node) {
        return node == null || node.isNull() || node.isMissingNode();
    }

    /**
     * The JSON of a node. Goes through bytes, because only the generator for bytes escapes unpaired
     * surrogates; clients send them when they cut a text within an emoji, and no writer of UTF-8
     * accepts them unescaped.
     */
    static String json(JsonNode node) {
        return new String(Json.bytes(node), StandardCharsets.UTF_8);
    }

    static void require(String field, String value) throws InvalidRecordException {
        if (value == null || value.isBlank()) {
            throw new InvalidRecordException(
                    Reason.MISSING_FIELD, field, "is missing; it is required");
        }
    }

    static void requireId(String field, String id) throws InvalidRecordException {
        if (id.isBlank()) {
            throw badLength(field, id);
        }
        requireShort(field, id);
    }

    /** An optional text must be no longer than an id. */
    static void requireShort(String field, String text) throws InvalidRecordException {
        if (text != null && text.length() > MAX_ID_CHARS) {
            throw badLength(field, text);
        }
    }

    private static InvalidRecordException badLength(String field, String text) {
        return new InvalidRecordException(
                Reason.INVALID_VALUE,
                field,
                "must have 1 to %d characters, had %d: %s"
                        .formatted(MAX_ID_CHARS, text.length(), quoted(text)));
    }

    static void requireKnown(Reason reason, String field, String value, Collection<String> known)
            throws InvalidRecordException {
        require(field, value);
        if (!known.contains(value)) {
            throw new InvalidRecordException(
                    reason,
                    field,
                    "unknown %s; known are %s"
                            .formatted(quoted(value), String.join(", ", new TreeSet<>(known))));
        }
    }

    /**
     * A field must not be too long.
     *
     * @param unit what is counted, such as {@code characters}
     */
    static void requireAtMost(int max, String unit, String field, int actual)
            throws InvalidRecordException {
        if (actual > max) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    field,
                    "must have at most %d %s, had %d".formatted(max, unit, actual));
        }
    }
}
