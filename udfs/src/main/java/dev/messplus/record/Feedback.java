package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonInclude;

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
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
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
        String error) {

    /** The job's own measurement of an answer that it could not score. */
    public static final String METER = "meter";

    /** The job's own measurement and score of an answer. */
    public static final String SCORER = "scorer";
}
