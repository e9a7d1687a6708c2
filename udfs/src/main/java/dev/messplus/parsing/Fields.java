package dev.messplus.parsing;

import static dev.messplus.parsing.InvalidRecordException.shown;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.RawRecord;
import java.io.IOException;
import java.util.Collection;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What requests and feedback are checked for alike. */
final class Fields {

    /** Longest id; ids are kept in state and written to logs. */
    static final int MAX_ID_CHARS = 256;

    private Fields() {}

    static <T> T read(ObjectReader reader, RawRecord raw) throws InvalidRecordException {
        if (raw.value() == null) {
            throw new InvalidRecordException(
                    Reason.INVALID_JSON, "value", "is null; send a JSON object");
        }
        try {
            T value = reader.readValue(raw.value());
            if (value == null) {
                throw new InvalidRecordException(
                        Reason.INVALID_JSON, "value", "is the JSON null; send a JSON object");
            }
            return value;
        } catch (JsonMappingException e) {
            throw new InvalidRecordException(
                    e.getPath().isEmpty() ? Reason.INVALID_JSON : Reason.INVALID_VALUE,
                    path(e),
                    e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw new InvalidRecordException(
                    Reason.INVALID_JSON,
                    "value",
                    "is not JSON at line %d column %d: %s"
                            .formatted(
                                    e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                                    e.getLocation() == null ? 0 : e.getLocation().getColumnNr(),
                                    e.getOriginalMessage()));
        } catch (IOException e) {
            throw new InvalidRecordException(Reason.INVALID_JSON, "value", e.getMessage());
        }
    }

    static void require(String field, String value) throws InvalidRecordException {
        if (value == null || value.isBlank()) {
            throw new InvalidRecordException(
                    Reason.MISSING_FIELD, field, "is missing; it is required");
        }
    }

    static void requireId(String field, String id) throws InvalidRecordException {
        if (id.isBlank() || id.length() > MAX_ID_CHARS) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    field,
                    "must have 1 to %d characters, had %d: %s"
                            .formatted(MAX_ID_CHARS, id.length(), shown(id)));
        }
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
        return e.getPath().isEmpty()
                ? "value"
                : e.getPath().stream()
                        .map(
                                step ->
                                        step.getFieldName() == null
                                                ? "[" + step.getIndex() + "]"
                                                : step.getFieldName())
                        .collect(Collectors.joining("."));
    }
}
