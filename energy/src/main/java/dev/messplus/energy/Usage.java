package dev.messplus.energy;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What a model server reports with an answer. Servers leave figures out; a figure that is missing
 * stays missing and is not made up.
 *
 * @param promptTokens tokens of the prompt, at least 0; {@code null} if not reported
 * @param cachedTokens how many of the prompt's tokens the server had in a cache, so that it did not
 *     compute them; {@code null} if not reported
 * @param completionTokens tokens of the answer, at least 0; {@code null} if not reported
 * @param workSeconds how long the server worked on the answer, without the time that the call
 *     waited in its queue, at least 0; {@code NaN} if not reported
 * @param stated the figure at {@code energy.pointer} of the model, as reported; {@code NaN} if not
 *     reported
 * @param statedSource how the server obtained {@code stated}; {@code null} if not reported
 */
@RecordBuilder
public record Usage(
        Integer promptTokens,
        Integer cachedTokens,
        Integer completionTokens,
        double workSeconds,
        double stated,
        String statedSource) {

    /** Nothing was reported. */
    public static final Usage UNKNOWN = tokens(null, null);

    /** Only tokens were reported. */
    public static Usage tokens(Integer prompt, Integer completion) {
        return new Usage(prompt, null, completion, Double.NaN, Double.NaN, null);
    }
}
