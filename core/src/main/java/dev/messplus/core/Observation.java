package dev.messplus.core;

/**
 * What became known of one model's answer to a request, all at once or piece by piece.
 *
 * @param model id of the model
 * @param score accuracy of its answer in [0, 1]; {@code NaN} if this does not tell
 * @param joules energy of its answer, at least 0; {@code NaN} if this does not tell
 * @param failedJoules energy of its calls that brought no answer, such as those before a retry, at
 *     least 0; {@code NaN} if this does not tell
 * @param assumed whether {@code joules} are only what was estimated before, because nobody measured
 *     them: they were spent, but teach nothing
 * @param served whether this is what the request was answered with
 * @param failed whether it gave no answer; together with {@code served} no model did
 */
public record Observation(
        String model,
        double score,
        double joules,
        double failedJoules,
        boolean assumed,
        boolean served,
        boolean failed) {

    private static final double UNTOLD = Double.NaN;

    /** The model answered, and all of it is known. */
    public static Observation answered(String model, double score, double joules, boolean served) {
        return new Observation(model, score, joules, UNTOLD, false, served, false);
    }

    /** Its answer was scored. */
    public static Observation scored(String model, double score) {
        return answered(model, score, UNTOLD, false);
    }

    /** Its answer was metered. */
    public static Observation measured(String model, double joules) {
        return answered(model, UNTOLD, joules, false);
    }

    /** Its answer was served. */
    public static Observation served(String model) {
        return answered(model, UNTOLD, UNTOLD, true);
    }

    /** It gave no answer. */
    public static Observation failed(String model) {
        return new Observation(model, UNTOLD, UNTOLD, UNTOLD, false, false, true);
    }

    /** No model gave an answer, this one being asked last. */
    public static Observation unanswered(String model) {
        return new Observation(model, UNTOLD, UNTOLD, UNTOLD, false, true, true);
    }

    /** The same, and calls that brought no answer took {@code failedJoules}. */
    public Observation afterFailures(double failedJoules) {
        return new Observation(model, score, joules, failedJoules, assumed, served, failed);
    }

    /** The same, but its joules were not measured. */
    public Observation withAssumedJoules() {
        return new Observation(model, score, joules, failedJoules, true, served, failed);
    }
}
