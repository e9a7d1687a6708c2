package dev.messplus.energy;

/**
 * What a model server says an answer took. Servers leave figures out; none of these is ever made
 * up.
 *
 * @param promptTokens tokens of the prompt, at least 0; {@code null} when not reported
 * @param completionTokens tokens of the answer, at least 0; {@code null} when not reported
 * @param stated the figure that {@link EnergyConfig.Response#pointer} points at; {@code NaN} when
 *     not reported
 * @param statedSource how the server came by it; {@code null} when it does not say
 */
public record Usage(
        Integer promptTokens, Integer completionTokens, double stated, String statedSource) {

    /** Nothing was reported. */
    public static final Usage UNKNOWN = new Usage(null, null, Double.NaN, null);

    /** Tokens alone. */
    public static Usage tokens(Integer prompt, Integer completion) {
        return new Usage(prompt, completion, Double.NaN, null);
    }
}
