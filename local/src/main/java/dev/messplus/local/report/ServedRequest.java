package dev.messplus.local.report;

import dev.messplus.record.DecisionSummary;
import dev.messplus.record.Response;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The outcome of one request.
 *
 * @param model the model whose answer was served; {@code null} when the request failed
 * @param mode how the model was chosen, as {@link DecisionSummary#mode} spells it
 * @param score accuracy of the answer, in [0, 1]; {@code NaN} when it was not labelled
 * @param servedJoules energy of the served answer, in joules; {@code NaN} when unknown or when the
 *     request failed
 * @param explorationJoules energy of the answers that exploration added, in joules, as far as it is
 *     known
 * @param failedJoules energy of calls without an answer, and of answers that could not be served,
 *     in joules, as far as it is known
 * @param pressure pressure of the decision, in requests: Q + D and its margins
 * @param latencyMillis time from the decision to the answer, in milliseconds
 */
@RecordBuilder
public record ServedRequest(
        String model,
        String mode,
        double score,
        double servedJoules,
        double explorationJoules,
        double failedJoules,
        double pressure,
        long latencyMillis) {

    /** {@link #mode} of a request that asked more than one model. */
    public static final String EXPLORE = "explore";

    /** The outcome that a response records. */
    public static ServedRequest of(Response response) {
        boolean answered = response.isAnswered();
        double joules = response.energy().joules();
        // An answer that was too large for the topic was not served, but its joules were spent.
        double unserved = answered ? 0 : orZero(joules);
        return ServedRequestBuilder.builder()
                .model(answered ? response.model() : null)
                .mode(response.decision().mode())
                .score(answered ? response.score() : Double.NaN)
                .servedJoules(answered ? joules : Double.NaN)
                .explorationJoules(
                        orZero(response.explorationJoules()) + orZero(response.plannedJoules()))
                .failedJoules(orZero(response.failed().joules()) + unserved)
                .pressure(response.decision().pressure())
                .latencyMillis(response.latencyMillis())
                .build();
    }

    public boolean answered() {
        return model != null;
    }

    public boolean labelled() {
        return !Double.isNaN(score);
    }

    /** Whether more than one model was asked. */
    public boolean explored() {
        return EXPLORE.equals(mode);
    }

    /** Energy of all calls of the request, in joules, as far as it is known. */
    public double totalJoules() {
        return orZero(servedJoules) + explorationJoules + failedJoules;
    }

    private static double orZero(double joules) {
        return Double.isNaN(joules) ? 0 : joules;
    }
}
