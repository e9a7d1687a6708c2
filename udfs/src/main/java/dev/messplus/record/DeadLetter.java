package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * An invalid record, as it is written to the dead-letter topic.
 *
 * @param reason what is wrong, for programs: a {@link Reason} in lower case
 * @param detail what is wrong, for people: the field, its value and the fix
 * @param id id of the request that the record is or is about, cut to 256 characters; {@code null}
 *     if it could not be read
 * @param sla SLA that the record names, cut likewise; {@code null} if it could not be read
 * @param topic topic that the record was read from
 * @param partition partition that the record was read from
 * @param offset offset of the record in its partition
 * @param payloadBase64 the record's value in Base64, byte for byte, or the first {@value
 *     #CUT_BYTES} bytes of a value that is too large; {@code null} for a tombstone
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record DeadLetter(
        String reason,
        String detail,
        String id,
        String sla,
        String topic,
        int partition,
        long offset,
        String payloadBase64) {

    /** Bytes that remain of a payload that was cut; a multiple of 3, so Base64 needs no padding. */
    public static final int CUT_BYTES = 768;

    private static final int CUT_CHARS = CUT_BYTES / 3 * 4;

    /** A copy with at most {@value #CUT_BYTES} bytes of the payload; {@code detail} says so. */
    public DeadLetter cut() {
        if (payloadBase64 == null || payloadBase64.length() <= CUT_CHARS) {
            return this;
        }
        return DeadLetterBuilder.builder(this)
                .detail(detail + " (payload cut to its first " + CUT_BYTES + " bytes)")
                .payloadBase64(payloadBase64.substring(0, CUT_CHARS))
                .build();
    }

    /** Why a record is invalid. */
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
