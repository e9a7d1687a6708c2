package dev.messplus.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import java.io.IOException;

/** Reads the fields of a JSON object with Jackson's conversions. */
final class FieldReader {

    private final JsonParser json;
    private final DeserializationContext context;

    FieldReader(JsonParser json, DeserializationContext context) {
        this.json = json;
        this.context = context;
    }

    /** Takes the fields of an object. */
    @FunctionalInterface
    interface Fields {

        /** Reads the value of a field, and returns whether the object has such a field. */
        boolean set(Field field) throws IOException;
    }

    /** Takes an element of an array. */
    @FunctionalInterface
    interface Element {

        /** Reads the element. */
        void read() throws IOException;
    }

    /** Reads an object. Fields that are null count as absent, and unknown ones are ignored. */
    void readObject(Class<?> type, Fields fields) throws IOException {
        if (!json.isExpectedStartObjectToken()) {
            context.handleUnexpectedToken(type, json);
        }
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            Field field = Field.of(name);
            if (json.nextToken() != JsonToken.VALUE_NULL && (field == null || !fields.set(field))) {
                json.skipChildren();
            }
        }
    }

    /** Reads an array of objects, one element after the other. */
    void readArray(Class<?> type, Element element) throws IOException {
        if (!json.isExpectedStartArrayToken()) {
            context.handleUnexpectedToken(type, json);
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            element.read();
        }
    }

    String text() throws IOException {
        return json.hasToken(JsonToken.VALUE_STRING)
                ? json.getText()
                : context.readValue(json, String.class);
    }

    double number() throws IOException {
        return json.hasToken(JsonToken.VALUE_NUMBER_FLOAT)
                ? json.getDoubleValue()
                : context.readValue(json, double.class);
    }

    int count() throws IOException {
        return json.hasToken(JsonToken.VALUE_NUMBER_INT)
                ? json.getIntValue()
                : context.readValue(json, int.class);
    }

    long integer() throws IOException {
        return json.hasToken(JsonToken.VALUE_NUMBER_INT)
                ? json.getLongValue()
                : context.readValue(json, long.class);
    }

    /** Any value as JSON, normalised. */
    String json() throws IOException {
        return context.readTree(json).toString();
    }
}
