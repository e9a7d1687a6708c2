package dev.messplus.parse;

import static dev.messplus.parse.InvalidRecordException.quoted;

import dev.messplus.record.DeadLetter.Reason;
import java.io.IOException;
import java.util.Collection;
import java.util.TreeSet;

/** Fields that requests, feedback and measurements have in common. */
final class Fields {

    /** Longest id or name, in characters; ids are kept in state and written to logs. */
    static final int MAX_ID_CHARS = 256;

    /** More names than this are not listed in an error. */
    private static final int MAX_LISTED_NAMES = 20;

    private Fields() {}

    /** Text of 1 to {@value #MAX_ID_CHARS} characters that is not blank. */
    static String id(JsonCursor value) throws IOException, InvalidRecordException {
        String id = shortText(value);
        if (id.isBlank()) {
            throw badLength(value, id);
        }
        return id;
    }

    /** Text of at most {@value #MAX_ID_CHARS} characters. */
    static String shortText(JsonCursor value) throws IOException, InvalidRecordException {
        String text = value.text();
        if (text.length() > MAX_ID_CHARS) {
            throw badLength(value, text);
        }
        return text;
    }

    private static InvalidRecordException badLength(JsonCursor value, String text)
            throws IOException {
        return value.invalid(
                "must have 1 to %d characters, had %d: %s"
                        .formatted(MAX_ID_CHARS, text.length(), value.value()));
    }

    /**
     * One of several names.
     *
     * @param known the names; {@code null} to accept any
     */
    static String known(JsonCursor value, Reason reason, Collection<String> known)
            throws IOException, InvalidRecordException {
        String name = value.text();
        if (known != null && !known.contains(name)) {
            throw value.invalid(
                    reason, "unknown %s; known are %s".formatted(quoted(name), list(known)));
        }
        return name;
    }

    private static String list(Collection<String> names) {
        return names.size() <= MAX_LISTED_NAMES
                ? String.join(", ", new TreeSet<>(names))
                : names.size() + " others";
    }

    /** A score in [0, 1]. */
    static double score(JsonCursor value) throws IOException, InvalidRecordException {
        double score = value.number();
        if (!(score >= 0 && score <= 1)) {
            throw value.invalid(
                    Reason.SCORE_OUT_OF_RANGE, "must be between 0 and 1, was " + value.value());
        }
        return score;
    }

    static void require(String field, Object value) throws InvalidRecordException {
        if (value == null) {
            throw new InvalidRecordException(
                    Reason.MISSING_FIELD, field, "is missing; it is required");
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
