package dev.messplus.local.report;

import dev.messplus.record.Candidate;
import dev.messplus.record.Response;
import java.util.Objects;

/**
 * What became of one request.
 *
 * @param model the model whose answer was served; {@code null} when the request failed
 * @param mode how the model was chosen, as {@link Response#mode} spells it
 * @param score accuracy of the answer, in [0, 1]; {@code NaN} when it was not labelled
 * @param servedJoules energy of the served answer alone, in joules; {@code NaN} when unknown
 * @param totalJoules energy of all answers asked for, exploration included, in joules; {@code NaN}
 *     when unknown
 * @param q the queue max(0, Q + D) that the decision was taken under, in requests
 * @param latencyMillis from the decision to the answer
 */
public record ServedRequest(
        String model,
        String mode,
        double score,
        double servedJoules,
        double totalJoules,
        double q,
        long latencyMillis) {

    /** {@link #mode} of a request that asked every model. */
    public static final String EXPLORE = "explore";

    /** What a response says. */
    public static ServedRequest of(Response response) {
        boolean answered = Response.OK.equals(response.status());
        double served = answered ? orNaN(response.energyJoules()) : Double.NaN;
        return new ServedRequest(
                answered ? response.model() : null,
                response.mode(),
                answered ? orNaN(response.score()) : Double.NaN,
                served,
                response.candidates() == null ? served : sumOfKnown(response),
                response.q(),
                response.latencyMs());
    }

    /** Whether a model answered. */
    public boolean answered() {
        return model != null;
    }

    /** Whether the answer was labelled. */
    public boolean labelled() {
        return !Double.isNaN(score);
    }

    /** Whether every model was asked. */
    public boolean explored() {
        return EXPLORE.equals(mode);
    }

    private static double sumOfKnown(Response response) {
        return response.candidates().stream()
                .map(Candidate::energyJoules)
                .filter(Objects::nonNull)
                .reduce(Double::sum)
                .orElse(Double.NaN);
    }

    private static double orNaN(Double value) {
        return value == null ? Double.NaN : value;
    }
}
