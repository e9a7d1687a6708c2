package dev.messplus.record;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Tokens of a call, as the model server counted them.
 *
 * @param prompt tokens of the prompt, at least 0; {@code null} if unknown
 * @param cached tokens of the prompt that the server had in a cache, at least 0; {@code null} if
 *     unknown
 * @param completion tokens of the answer, at least 0; {@code null} if unknown
 */
@RecordBuilder
public record TokenCounts(Integer prompt, Integer cached, Integer completion) {

    /** The server counted nothing. */
    public static final TokenCounts UNKNOWN = new TokenCounts(null, null, null);
}
