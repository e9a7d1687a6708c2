package dev.messplus.energy;

/**
 * What a model server reports with an answer. Servers leave figures out; a figure that is missing
 * stays missing and is not made up.
 *
 * @param promptTokens tokens of the prompt, at least 0; {@code null} if not reported
 * @param completionTokens tokens of the answer, at least 0; {@code null} if not reported
 * @param stated the figure at {@link EnergyConfig.Response#pointer}, as reported; {@code NaN} if
 *     not reported
 * @param statedSource how the server obtained {@code stated}; {@code null} if not reported
 */
public record Usage(
        Integer promptTokens, Integer completionTokens, double stated, String statedSource) {

    /** Nothing was reported. */
    public static final Usage UNKNOWN = new Usage(null, null, Double.NaN, null);

    /** Only tokens were reported. */
    public static Usage tokens(Integer prompt, Integer completion) {
        return new Usage(prompt, completion, Double.NaN, null);
    }
}
