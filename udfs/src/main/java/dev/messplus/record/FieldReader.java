package dev.messplus.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Reads the fields of a JSON object with Jackson's conversions, which refuse a value of another
 * kind. A field that is null counts as absent.
 */
record FieldReader(ObjectNode object) {

    String text(String name) throws JsonProcessingException {
        return value(name, String.class, null);
    }

    /** A number; {@code NaN} if it is absent. */
    double number(String name) throws JsonProcessingException {
        return value(name, Double.class, Double.NaN);
    }

    /** An integer; 0 if it is absent. */
    long integer(String name) throws JsonProcessingException {
        return value(name, Long.class, 0L);
    }

    /** An integer; {@code null} if it is absent. */
    Integer count(String name) throws JsonProcessingException {
        return value(name, Integer.class, null);
    }

    /** Any value as JSON, normalised; {@code null} if it is absent. */
    String json(String name) {
        return object.hasNonNull(name) ? object.get(name).toString() : null;
    }

    <T> T value(String name, Class<T> type, T absent) throws JsonProcessingException {
        return object.hasNonNull(name) ? Json.MAPPER.treeToValue(object.get(name), type) : absent;
    }
}
