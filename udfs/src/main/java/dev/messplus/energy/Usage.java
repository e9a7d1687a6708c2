package dev.messplus.energy;

/**
 * What a model server says an answer took. Servers leave figures out; none of these is ever made
 * up.
 *
 * @param promptTokens tokens of the prompt, at least 0; {@code null} when not reported
 * @param completionTokens tokens of the answer, at least 0; {@code null} when not reported
 * @param cpuMillis CPU time over all cores, in milliseconds, at least 0; {@code NaN} when not
 *     reported
 */
public record Usage(Integer promptTokens, Integer completionTokens, double cpuMillis) {

    /** Nothing was reported. */
    public static final Usage UNKNOWN = new Usage(null, null, Double.NaN);
}
