package dev.messplus.parsing;

import static dev.messplus.parsing.InvalidRecordException.quoted;

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
import dev.messplus.record.Json;
import dev.messplus.record.RawRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * Reads the JSON object in a record's value.
 *
 * @param <T> what the object is read into
 */
final class JsonRecordReader<T> {

    private final Class<T> type;
    private final ObjectReader reader;

    JsonRecordReader(Class<T> type) {
        this.type = type;
        this.reader = Json.MAPPER.readerFor(type);
    }

    /**
     * Reads a record.
     *
     * @param maxBytes largest value, in bytes
     * @param limitName what the message calls {@code maxBytes}; may be empty
     * @throws InvalidRecordException if the value is missing, too large, not JSON, not one object,
     *     or has a field of the wrong type
     */
    T read(RawRecord raw, int maxBytes, String limitName) throws InvalidRecordException {
        if (raw.value() == null) {
            throw new InvalidRecordException(
                    Reason.INVALID_JSON, "value", "is null; send a JSON object");
        }
        if (raw.value().length > maxBytes) {
            throw new InvalidRecordException(
                    Reason.RECORD_TOO_LONG,
                    "value",
                    "must have at most %d bytes%s, had %d"
                            .formatted(maxBytes, limitName, raw.value().length));
        }
        try (JsonParser json = reader.createParser(raw.value())) {
            T value = bind(json, raw);
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

    private T bind(JsonParser json, RawRecord raw) throws IOException, InvalidRecordException {
        try {
            return reader.readValue(json, type);
        } catch (JsonMappingException e) {
            throw e.getCause() instanceof JsonParseException cause
                    ? malformed(cause)
                    : mismatch(e, json.currentToken(), raw);
        }
    }

    private static InvalidRecordException malformed(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        String where =
                location == null
                        ? ""
                        : " at line %d column %d"
                                .formatted(location.getLineNr(), location.getColumnNr());
        return new InvalidRecordException(
                Reason.INVALID_JSON,
                "value",
                "is not JSON%s: %s".formatted(where, e.getOriginalMessage()));
    }

    /** The value is JSON, but it or one of its fields has the wrong type. */
    private static InvalidRecordException mismatch(
            JsonMappingException e, JsonToken found, RawRecord raw) {
        if (e.getPath().isEmpty()) {
            return new InvalidRecordException(
                    Reason.INVALID_JSON,
                    "value",
                    "must be one JSON object, was "
                            + quoted(new String(raw.value(), StandardCharsets.UTF_8)));
        }
        return new InvalidRecordException(
                Reason.INVALID_VALUE,
                path(e),
                e instanceof MismatchedInputException mismatch
                        ? "must be " + expected(mismatch) + ", was " + actual(mismatch, found)
                        : e.getOriginalMessage());
    }

    private static String expected(MismatchedInputException e) {
        Class<?> target = e.getTargetType();
        if (target == Boolean.class) {
            return "true or false";
        }
        return Number.class.isAssignableFrom(target) ? "a number" : "a string";
    }

    private static String actual(MismatchedInputException e, JsonToken found) {
        if (e instanceof InvalidFormatException format) {
            return quoted(format.getValue());
        }
        if (found == JsonToken.START_OBJECT) {
            return "an object";
        }
        return found == JsonToken.START_ARRAY ? "an array" : "a value of another type";
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
