package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A record that could not be used, on the dead-letter topic.
 *
 * @param reason what is wrong, for machines: a {@link Reason} in lower case
 * @param detail the field, its value and the fix, for people
 * @param topic where the record was read
 * @param partition where the record was read
 * @param offset where the record was read
 * @param payloadBase64 the record's value, byte for byte, or the first 768 bytes of one that is too
 *     large; {@code null} for a tombstone
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record DeadLetter(
        String reason,
        String detail,
        String topic,
        int partition,
        long offset,
        String payloadBase64) {

    /** Bytes that are left of a payload that is cut: whole groups of Base64. */
    public static final int CUT_BYTES = 768;

    private static final int CUT_CHARS = CUT_BYTES / 3 * 4;

    /** The same with only the beginning of its payload; all of it is where it was read. */
    public DeadLetter cut() {
        if (payloadBase64 == null || payloadBase64.length() <= CUT_CHARS) {
            return this;
        }
        return new DeadLetter(
                reason,
                detail + " (payload cut to its first " + CUT_BYTES + " bytes)",
                topic,
                partition,
                offset,
                payloadBase64.substring(0, CUT_CHARS));
    }

    /** Why a record cannot be used. */
    public enum Reason {
        INVALID_JSON,
        MISSING_FIELD,
        INVALID_VALUE,
        UNKNOWN_SLA,
        UNKNOWN_MODEL,
        SCORE_OUT_OF_RANGE,
        PROMPT_TOO_LONG,
        RECORD_TOO_LONG
    }
}
