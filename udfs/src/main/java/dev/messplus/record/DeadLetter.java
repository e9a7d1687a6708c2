package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A record that could not be used, on the dead-letter topic.
 *
 * @param reason what is wrong, for machines: a {@link Reason} in lower case
 * @param detail the field, its value and the fix, for people
 * @param topic where the record was read
 * @param partition where the record was read
 * @param offset where the record was read
 * @param payloadBase64 the record's value, byte for byte; {@code null} for a tombstone
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeadLetter(
        String reason,
        String detail,
        String topic,
        int partition,
        long offset,
        String payloadBase64) {

    /** The same without its payload, which is where it was read. */
    public DeadLetter withoutPayload() {
        return new DeadLetter(
                reason,
                detail + " (payload left out: too large for this topic)",
                topic,
                partition,
                offset,
                null);
    }

    /** Why a record cannot be used. */
    public enum Reason {
        INVALID_JSON,
        MISSING_FIELD,
        INVALID_VALUE,
        UNKNOWN_SLA,
        UNKNOWN_MODEL,
        SCORE_OUT_OF_RANGE,
        PROMPT_TOO_LONG
    }
}
