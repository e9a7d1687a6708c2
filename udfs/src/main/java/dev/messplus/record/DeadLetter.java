package dev.messplus.record;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;

/**
 * An invalid record, and why it is invalid.
 *
 * @param reason what is wrong, for programs: a {@link Reason} in lower case
 * @param detail what is wrong, for people: the field, its value and the fix
 * @param id id of the request that the record is or is about, cut to 256 characters; {@code null}
 *     if it could not be read
 * @param sla SLA that the record names, cut likewise; {@code null} if it could not be read
 * @param origin the record, byte for byte, or with the first {@value #CUT_BYTES} bytes of its value
 * @param originalBytes size of the record's value in bytes before it was cut; {@code null} if it is
 *     whole
 */
@RecordBuilder
public record DeadLetter(
        String reason,
        String detail,
        String id,
        String sla,
        RawRecord origin,
        Integer originalBytes) {

    /** Bytes that remain of a value that was cut. */
    public static final int CUT_BYTES = 768;

    /** A copy with at most {@value #CUT_BYTES} bytes of the value. */
    public DeadLetter cut() {
        byte[] value = origin.value();
        if (value == null || value.length <= CUT_BYTES) {
            return this;
        }
        return DeadLetterBuilder.builder(this)
                .origin(
                        RawRecordBuilder.builder(origin)
                                .value(Arrays.copyOf(value, CUT_BYTES))
                                .build())
                .originalBytes(value.length)
                .build();
    }

    /** Why a record is invalid. */
    public enum Reason {
        UNDECODABLE,
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
