package dev.messplus.parse;

import static dev.messplus.parse.InvalidRecordException.quoted;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.RawRecord;
import java.io.IOException;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Reads the JSON object in a record's value, field by field, in one pass.
 *
 * @param idField name of the field with the id of the request
 * @param fields the fields that the records have. Others are ignored, unless they look like a
 *     misspelling of a field that is missing
 * @param misplaced says of a field of another name why it is refused; {@code null} if it is ignored
 */
record RecordReader(String idField, FieldNames fields, UnaryOperator<String> misplaced) {

    /** Above the fields of any record; each unknown one is compared with the known ones. */
    private static final int MAX_UNKNOWN_FIELDS = 1_000;

    private static final String DUPLICATE = "Duplicate field";

    /** What only users of the parser understand, and the NaN that it would accept. */
    private static final Pattern JARGON =
            Pattern.compile(", from `[^`]*`| \\(or 'NaN'[^)]*\\)| \\(start marker at .*\\)$");

    /** A reader that ignores all fields of other names. */
    RecordReader(String idField, FieldNames fields) {
        this(idField, fields, name -> null);
    }

    /**
     * A record while its fields are read.
     *
     * @param <T> what becomes of it
     */
    interface Draft<T> {

        /** Takes a field, whose value is not null, and reads it to its end. */
        void set(String field, JsonCursor value) throws IOException, InvalidRecordException;

        /** The record, after the last field. */
        T build() throws InvalidRecordException;
    }

    /**
     * Reads a record. An explicit null counts as a missing field.
     *
     * @param maxBytes largest value, in bytes
     * @param limitName what the message calls {@code maxBytes}; may be empty
     * @throws InvalidRecordException if the value is missing, too large, not JSON, not one object,
     *     or has an invalid field
     */
    <T> T read(RawRecord raw, int maxBytes, String limitName, Draft<T> draft, Ignored ignored)
            throws InvalidRecordException {
        try {
            requireSize(raw.value(), maxBytes, limitName);
            readFields(Utf8.decode(raw.value()), draft, ignored);
            return draft.build();
        } catch (InvalidRecordException e) {
            throw e.about(RecordOrigin.of(raw.value(), idField));
        }
    }

    private static void requireSize(byte[] value, int maxBytes, String limitName)
            throws InvalidRecordException {
        if (value == null) {
            throw new InvalidRecordException(
                    Reason.INVALID_JSON, "value", "is null; send a JSON object");
        }
        if (value.length > maxBytes) {
            throw new InvalidRecordException(
                    Reason.RECORD_TOO_LONG,
                    "value",
                    "must have at most %d bytes%s, had %d"
                            .formatted(maxBytes, limitName, value.length));
        }
    }

    private void readFields(CharBuffer text, Draft<?> draft, Ignored ignored)
            throws InvalidRecordException {
        try (JsonCursor json = JsonCursor.before(text)) {
            try {
                readObject(json, text, draft, ignored);
            } catch (StreamConstraintsException e) {
                throw json.invalid(problem(e));
            } catch (JsonProcessingException e) {
                throw e.getOriginalMessage().startsWith(DUPLICATE)
                        ? json.invalid("occurs more than once; keep one of them")
                        : malformed(e);
            }
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory cannot fail", e);
        }
    }

    private void readObject(JsonCursor json, CharBuffer text, Draft<?> draft, Ignored ignored)
            throws IOException, InvalidRecordException {
        if (!json.nextValue() || !json.isObject()) {
            throw notOneObject(text);
        }
        int unknown = 0;
        List<String> present = new ArrayList<>();
        // The refusal of the first unknown field that resembles a known one, by the known one.
        Map<String, InvalidRecordException> misspelt = new LinkedHashMap<>();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            if (!fields.contains(field)) {
                unknown++;
                requireFewUnknown(unknown);
                requireIgnorable(field, json);
                String meant = fields.meant(field);
                if (meant != null) {
                    misspelt.putIfAbsent(meant, json.invalid(didYouMean(meant)));
                }
                json.skip();
            } else if (!json.isNull()) {
                present.add(field);
                draft.set(field, json);
            }
        }
        if (json.nextValue()) {
            throw notOneObject(text);
        }
        misspelt.keySet().removeAll(present);
        if (!misspelt.isEmpty()) {
            throw misspelt.values().iterator().next();
        }
        ignored.unknownFields(unknown);
    }

    /** What is wrong with an unknown name that resembles a known one. */
    static String didYouMean(String meant) {
        return "is unknown; did you mean " + meant + "?";
    }

    private void requireIgnorable(String field, JsonCursor json) throws InvalidRecordException {
        String refusal = json.isNull() ? null : misplaced.apply(field);
        if (refusal != null) {
            throw json.invalid(refusal);
        }
    }

    private static void requireFewUnknown(int unknown) throws InvalidRecordException {
        if (unknown > MAX_UNKNOWN_FIELDS) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    "value",
                    "must have at most %d unknown fields".formatted(MAX_UNKNOWN_FIELDS));
        }
    }

    private static InvalidRecordException notOneObject(CharBuffer text) {
        return new InvalidRecordException(
                Reason.INVALID_JSON,
                "value",
                "must be one JSON object, was " + quoted(text.toString()));
    }

    private static InvalidRecordException malformed(JsonProcessingException e) {
        return new InvalidRecordException(
                Reason.INVALID_JSON,
                "value",
                "is not JSON at %s: %s".formatted(place(e.getLocation()), problem(e)));
    }

    private static String place(JsonLocation location) {
        return (location.getLineNr() == 1 ? "" : "line " + location.getLineNr() + " ")
                + ("column " + location.getColumnNr());
    }

    private static String problem(JsonProcessingException e) {
        return JARGON.matcher(e.getOriginalMessage()).replaceAll("");
    }
}
