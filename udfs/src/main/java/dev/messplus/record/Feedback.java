package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Something that became known of one model's answer to a request, on the feedback topic. The job
 * writes what it measured and scored, users and raters write scores.
 *
 * @param requestId the request's id
 * @param sla the request's SLA
 * @param model the model that answered
 * @param score accuracy of the answer in [0, 1]; {@code null} when this is not about accuracy
 * @param energyJoules energy of the answer; {@code null} when this is not about energy
 * @param promptTokens as the model server counted; {@code null} when unknown
 * @param completionTokens as the model server counted; {@code null} when unknown
 * @param served whether the request was answered with this; {@code null} is no
 * @param source who says so: {@link #METER}, {@link #SCORER}, or anybody else, such as {@code user}
 * @param error why the model gave no answer; {@code null} when it did. With {@code served} it is
 *     the request that got none
 * @param failedJoules energy of this model's calls that brought no answer, retries and timeouts, in
 *     joules; {@code null} when there were none or it is unknown. Believed of the job alone
 * @param energySource where the joules come from; ends in {@code (estimated)} unless measured;
 *     {@code null} without joules
 * @param energyAssumed whether {@code energyJoules} is only the job's own estimate, because the
 *     meter was down: it counts, but nothing is learned of it; {@code null} is no. Believed of the
 *     job alone
 * @param unavailableMillis for how long the model is to be left alone from now on, in milliseconds,
 *     0 to 3600000, because calling it is pointless; {@code null} when it is not. Believed of the
 *     job alone
 * @param decision which decision was answered; {@code null} when this is about the answer by that
 *     model, whichever decision it was of. Believed of the job alone
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Feedback(
        String requestId,
        String sla,
        String model,
        Double score,
        Double energyJoules,
        Integer promptTokens,
        Integer completionTokens,
        Boolean served,
        String source,
        String error,
        Double failedJoules,
        String energySource,
        Boolean energyAssumed,
        Long unavailableMillis,
        Long decision) {

    /** The job's own measurement of an answer that it could not score. */
    public static final String METER = "meter";

    /** The job's own measurement and score of an answer. */
    public static final String SCORER = "scorer";

    private static final String ESTIMATED = "(estimated)";

    /** What somebody thinks of an answer. */
    public static Feedback label(
            String requestId, String sla, String model, double score, String source) {
        return new Feedback(
                requestId, sla, model, score, null, null, null, null, source, null, null, null,
                null, null, null);
    }

    /** Whether the joules are estimated; no is said of what tells none, too. */
    public boolean energyEstimated() {
        return energySource != null && energySource.endsWith(ESTIMATED);
    }

    /** The same with another score and other joules. */
    public Feedback with(Double newScore, Double newEnergyJoules) {
        return new Feedback(
                requestId,
                sla,
                model,
                newScore,
                newEnergyJoules,
                promptTokens,
                completionTokens,
                served,
                source,
                error,
                failedJoules,
                energySource,
                energyAssumed,
                unavailableMillis,
                decision);
    }
}
