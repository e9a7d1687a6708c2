package dev.messplus.record;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes the fields of a JSON object, without those whose value is unknown. */
final class FieldWriter {

    private final JsonGenerator json;

    FieldWriter(JsonGenerator json) {
        this.json = json;
    }

    /** Text, unless it is {@code null}. */
    FieldWriter text(String name, String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
        return this;
    }

    /** JSON as it stands, unless it is {@code null}. */
    FieldWriter json(String name, String value) throws IOException {
        if (value != null) {
            json.writeFieldName(name);
            json.writeRawValue(value);
        }
        return this;
    }

    /** A number, unless it is {@code NaN}. */
    FieldWriter number(String name, double value) throws IOException {
        if (!Double.isNaN(value)) {
            json.writeNumberField(name, value);
        }
        return this;
    }

    /** An integer. */
    FieldWriter integer(String name, long value) throws IOException {
        json.writeNumberField(name, value);
        return this;
    }

    /** An integer, unless it is {@code null}. */
    FieldWriter count(String name, Integer value) throws IOException {
        return value == null ? this : integer(name, value);
    }

    /** An integer, unless it is 0. */
    FieldWriter positive(String name, long value) throws IOException {
        return value > 0 ? integer(name, value) : this;
    }

    /** An integer of 64 bits as text, because many readers round it; unless it is {@code null}. */
    FieldWriter identifier(String name, Long value) throws IOException {
        return value == null ? this : text(name, value.toString());
    }

    /** True or false. */
    FieldWriter flag(String name, boolean value) throws IOException {
        json.writeBooleanField(name, value);
        return this;
    }

    /** True, or nothing. */
    FieldWriter flagIfSet(String name, boolean value) throws IOException {
        return value ? flag(name, true) : this;
    }
}
