package dev.messplus.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;

/** Makes a JSON object, field by field, without those whose value is unknown. */
final class FieldWriter {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ObjectNode object = NODES.objectNode();

    ObjectNode object() {
        return object;
    }

    private FieldWriter put(String name, JsonNode value) {
        object.set(name, value);
        return this;
    }

    /** Text, unless it is {@code null}. */
    FieldWriter text(String name, String value) {
        return value == null ? this : put(name, NODES.textNode(value));
    }

    /** JSON as it stands, unless it is {@code null}. */
    FieldWriter json(String name, String value) {
        return value == null ? this : put(name, NODES.rawValueNode(new RawValue(value)));
    }

    /** A number, unless it is {@code NaN}. */
    FieldWriter number(String name, double value) {
        return Double.isNaN(value) ? this : put(name, NODES.numberNode(value));
    }

    FieldWriter integer(String name, long value) {
        return put(name, NODES.numberNode(value));
    }

    /** An integer, unless it is {@code null}. */
    FieldWriter count(String name, Integer value) {
        return value == null ? this : integer(name, value);
    }

    /** An integer, unless it is 0. */
    FieldWriter positive(String name, long value) {
        return value > 0 ? integer(name, value) : this;
    }

    /** An integer of 64 bits as text, because many readers round it; unless it is {@code null}. */
    FieldWriter identifier(String name, Long value) {
        return value == null ? this : text(name, value.toString());
    }

    FieldWriter flag(String name, boolean value) {
        return put(name, NODES.booleanNode(value));
    }

    /** True, or nothing. */
    FieldWriter flagIfSet(String name, boolean value) {
        return value ? flag(name, true) : this;
    }

    FieldWriter output(ModelOutput output) {
        return text("output", output.text())
                .json("tool_calls", output.toolCalls())
                .text("refusal", output.refusal())
                .text("reasoning_content", output.reasoningContent())
                .json("logprobs", output.logprobs())
                .text("finish_reason", output.finishReason());
    }

    FieldWriter joules(Energy energy) {
        return number("energy_joules", energy.joules())
                .number("idle_joules", energy.idleJoules() > 0 ? energy.idleJoules() : Double.NaN)
                .number("energy_uncertainty_joules", energy.uncertaintyJoules());
    }

    FieldWriter work(ServerWork work) {
        return number("work_seconds", work.seconds())
                .number("concurrency", work.concurrency())
                .flagIfSet("fixed_joules", work.fixedJoules())
                .number("prefix_share", work.prefixShare() > 0 ? work.prefixShare() : Double.NaN)
                .flagIfSet("truncated", work.truncated());
    }

    FieldWriter failed(FailedAttempts failed) {
        return number("failed_joules", failed.joules())
                .positive("failed_unmetered", failed.unmetered());
    }

    FieldWriter tokens(TokenCounts tokens) {
        return count("prompt_tokens", tokens.prompt())
                .count("cached_tokens", tokens.cached())
                .count("completion_tokens", tokens.completion());
    }
}
