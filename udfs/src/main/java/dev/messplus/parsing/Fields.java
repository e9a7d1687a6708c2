package dev.messplus.parsing;

import static dev.messplus.parsing.InvalidRecordException.shown;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.RawRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What requests and feedback are checked for alike. */
final class Fields {

    /** Longest id, and other name; ids are kept in state and written to logs. */
    static final int MAX_ID_CHARS = 256;

    private Fields() {}

    @SuppressWarnings("TypeParameterUnusedInFormals")
    static <T> T read(ObjectReader reader, RawRecord raw, int maxBytes, String limit)
            throws InvalidRecordException {
        if (raw.value() == null) {
            throw new InvalidRecordException(
                    Reason.INVALID_JSON, "value", "is null; send a JSON object");
        }
        if (raw.value().length > maxBytes) {
            throw new InvalidRecordException(
                    Reason.RECORD_TOO_LONG,
                    "value",
                    "must have at most %d bytes%s, had %d"
                            .formatted(maxBytes, limit, raw.value().length));
        }
        try (JsonParser json = reader.createParser(raw.value())) {
            T value = bind(reader, json, raw);
            if (value == null) {
                throw new InvalidRecordException(
                        Reason.INVALID_JSON, "value", "is the JSON null; send a JSON object");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw new InvalidRecordException(
                    Reason.INVALID_JSON, "value", "is not UTF-8: " + e.getMessage());
        }
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T bind(ObjectReader reader, JsonParser json, RawRecord raw)
            throws IOException, InvalidRecordException {
        try {
            return reader.readValue(json);
        } catch (JsonMappingException e) {
            throw e.getCause() instanceof JsonParseException cause
                    ? malformed(cause)
                    : mismatch(e, json.currentToken(), raw);
        }
    }

    private static InvalidRecordException malformed(JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        return new InvalidRecordException(
                Reason.INVALID_JSON,
                "value",
                "is not JSON%s: %s"
                        .formatted(
                                at == null
                                        ? ""
                                        : " at line %d column %d"
                                                .formatted(at.getLineNr(), at.getColumnNr()),
                                e.getOriginalMessage()));
    }

    /** JSON, but not of the type that stands in the record. */
    private static InvalidRecordException mismatch(
            JsonMappingException e, JsonToken found, RawRecord raw) {
        if (e.getPath().isEmpty()) {
            return new InvalidRecordException(
                    Reason.INVALID_JSON,
                    "value",
                    "must be one JSON object, was "
                            + shown(new String(raw.value(), StandardCharsets.UTF_8)));
        }
        return new InvalidRecordException(
                Reason.INVALID_VALUE,
                path(e),
                e instanceof MismatchedInputException mismatched
                        ? "must be " + wanted(mismatched) + ", was " + kind(mismatched, found)
                        : e.getOriginalMessage());
    }

    private static String wanted(MismatchedInputException e) {
        Class<?> type = e.getTargetType();
        if (type == Boolean.class) {
            return "true or false";
        }
        return Number.class.isAssignableFrom(type) ? "a number" : "a text";
    }

    private static String kind(MismatchedInputException e, JsonToken found) {
        if (e instanceof InvalidFormatException format) {
            return shown(format.getValue());
        }
        if (found == JsonToken.START_OBJECT) {
            return "an object";
        }
        return found == JsonToken.START_ARRAY ? "a list" : "another kind of value";
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

    /** A text, which may be missing, that is no longer than an id. */
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
                        .formatted(MAX_ID_CHARS, text.length(), shown(text)));
    }

    static void requireKnown(Reason reason, String field, String value, Collection<String> known)
            throws InvalidRecordException {
        require(field, value);
        if (!known.contains(value)) {
            throw new InvalidRecordException(
                    reason,
                    field,
                    "unknown " + shown(value) + "; known are " + String.join(", ", sorted(known)));
        }
    }

    private static Collection<String> sorted(Collection<String> names) {
        return new TreeSet<>(names);
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(
                        step ->
                                step.getFieldName() == null
                                        ? "[" + step.getIndex() + "]"
                                        : step.getFieldName())
                .collect(Collectors.joining("."));
    }
}
