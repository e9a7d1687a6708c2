package dev.messplus.replay.outcome;

/**
 * A row of a table of recorded outcomes: a prompt and the answer of every model.
 *
 * @param id of the prompt; rows may share an id
 * @param text the prompt
 * @param kind the benchmark that the prompt comes from
 * @param scores accuracy of each model's answer, in [0, 1], in the order of the zoo
 * @param joules energy of each model's answer, at least 0, in the order of the zoo
 * @param readings what a scorer says of each model's answer, in [0, 1], in the order of the zoo;
 *     empty if none was recorded
 */
public record Outcome(
        String id, String text, String kind, double[] scores, double[] joules, double[] readings) {

    /** An outcome without the readings of a scorer. */
    public Outcome(String id, String text, String kind, double[] scores, double[] joules) {
        this(id, text, kind, scores, joules, new double[0]);
    }
}
