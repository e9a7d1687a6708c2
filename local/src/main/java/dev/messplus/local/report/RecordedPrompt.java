package dev.messplus.local.report;

/**
 * The outcome of one prompt on every model.
 *
 * @param id id of the request
 * @param kind kind of prompt, in words
 * @param text the prompt itself
 * @param scores score of each model's answer, in [0, 1]; {@code NaN} for an answer that failed or
 *     was not labelled
 * @param joules energy of each model's answer, in joules; {@code NaN} where unknown
 */
public record RecordedPrompt(
        String id, String kind, String text, double[] scores, double[] joules) {

    /** Whether both score and joules of a model are known. */
    boolean isKnown(int model) {
        return !Double.isNaN(scores[model]) && !Double.isNaN(joules[model]);
    }
}
