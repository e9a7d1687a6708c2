package dev.messplus.local.report;

import dev.messplus.record.Response;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What became of one request.
 *
 * @param model the model whose answer was served; {@code null} when the request failed
 * @param mode how the model was chosen, as {@link Response#mode} spells it
 * @param score accuracy of the answer, in [0, 1]; {@code NaN} when it was not labelled
 * @param servedJoules energy of the served answer, in joules; {@code NaN} when unknown or when the
 *     request failed
 * @param explorationJoules energy of the answers that were only asked for to learn from, in joules,
 *     as far as it is known
 * @param failedJoules energy of calls that brought no answer, or none that could be served, in
 *     joules, as far as it is known
 * @param q the pressure that the decision was taken under, in requests: Q + D and what goes with it
 * @param latencyMillis from the decision to the answer
 */
@RecordBuilder
public record ServedRequest(
        String model,
        String mode,
        double score,
        double servedJoules,
        double explorationJoules,
        double failedJoules,
        double q,
        long latencyMillis) {

    /** {@link #mode} of a request that asked more than one model. */
    public static final String EXPLORE = "explore";

    /** What a response says. */
    public static ServedRequest of(Response response) {
        boolean answered = Response.OK.equals(response.status());
        // An answer that was too large for the topic is served to nobody, but took its joules.
        double unserved = answered ? 0 : orZero(response.energyJoules());
        return new ServedRequest(
                answered ? response.model() : null,
                response.mode(),
                answered ? orNaN(response.score()) : Double.NaN,
                answered ? orNaN(response.energyJoules()) : Double.NaN,
                orZero(response.explorationJoules()),
                orZero(response.failedJoules()) + unserved,
                response.pressure(),
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

    /** Whether more than one model was asked. */
    public boolean explored() {
        return EXPLORE.equals(mode);
    }

    /** Energy of all that was asked for, in joules, as far as it is known. */
    public double totalJoules() {
        double served = Double.isNaN(servedJoules) ? 0 : servedJoules;
        return served + explorationJoules + failedJoules;
    }

    private static double orZero(Double value) {
        return value == null ? 0 : value;
    }

    private static double orNaN(Double value) {
        return value == null ? Double.NaN : value;
    }
}
