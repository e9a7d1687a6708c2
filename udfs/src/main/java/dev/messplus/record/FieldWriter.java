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
    FieldWriter text(Field name, String value) throws IOException {
        if (value != null) {
            json.writeFieldName(name.json());
            json.writeString(value);
        }
        return this;
    }

    /** JSON as it stands, unless it is {@code null}. */
    FieldWriter json(Field name, String value) throws IOException {
        if (value != null) {
            json.writeFieldName(name.json());
            json.writeRawValue(value);
        }
        return this;
    }

    /** A number, unless it is {@code NaN}. */
    FieldWriter number(Field name, double value) throws IOException {
        if (!Double.isNaN(value)) {
            json.writeFieldName(name.json());
            json.writeNumber(value);
        }
        return this;
    }

    /** An integer. */
    FieldWriter integer(Field name, long value) throws IOException {
        json.writeFieldName(name.json());
        json.writeNumber(value);
        return this;
    }

    /** An integer, unless it is {@code null}. */
    FieldWriter count(Field name, Integer value) throws IOException {
        return value == null ? this : integer(name, value);
    }

    /** An integer, unless it is 0. */
    FieldWriter positive(Field name, long value) throws IOException {
        return value > 0 ? integer(name, value) : this;
    }

    /** An integer of 64 bits as text, because many readers round it; unless it is {@code null}. */
    FieldWriter identifier(Field name, Long value) throws IOException {
        return value == null ? this : text(name, value.toString());
    }

    /** What a model answered. */
    FieldWriter output(ModelOutput output) throws IOException {
        return text(Field.OUTPUT, output.text())
                .json(Field.TOOL_CALLS, output.toolCalls())
                .text(Field.REFUSAL, output.refusal())
                .text(Field.REASONING_CONTENT, output.reasoningContent())
                .text(Field.FINISH_REASON, output.finishReason());
    }

    /** The joules of an answer. */
    FieldWriter joules(Energy energy) throws IOException {
        return number(Field.ENERGY_JOULES, energy.joules())
                .number(Field.ENERGY_UNCERTAINTY_JOULES, energy.uncertaintyJoules());
    }

    /** Calls that returned no answer. */
    FieldWriter failed(FailedCalls failed) throws IOException {
        return number(Field.FAILED_JOULES, failed.joules())
                .positive(Field.FAILED_UNMETERED, failed.unmetered());
    }

    /** The tokens of a call. */
    FieldWriter tokens(TokenCounts tokens) throws IOException {
        return count(Field.PROMPT_TOKENS, tokens.prompt())
                .count(Field.COMPLETION_TOKENS, tokens.completion());
    }

    /** Begins an array. */
    void array(Field name) throws IOException {
        json.writeFieldName(name.json());
        json.writeStartArray();
    }

    /** Begins an object. */
    void object(Field name) throws IOException {
        json.writeFieldName(name.json());
        json.writeStartObject();
    }

    /** True or false. */
    FieldWriter flag(Field name, boolean value) throws IOException {
        json.writeFieldName(name.json());
        json.writeBoolean(value);
        return this;
    }

    /** True, or nothing. */
    FieldWriter flagIfSet(Field name, boolean value) throws IOException {
        return value ? flag(name, true) : this;
    }
}
