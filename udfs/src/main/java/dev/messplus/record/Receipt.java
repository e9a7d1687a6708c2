package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * Why a request was routed as it was: what was known when it was decided.
 *
 * @param reason the decision in words
 * @param alpha the promised average score, in [0, 1]
 * @param q the virtual queue Q, in requests
 * @param drift D, the predicted shortfall of the requests in flight, in requests
 * @param pressure the pressure P that the decision was made under, in requests; Q by the paper's
 *     rule
 * @param joulesPerScore lambda, the joules that a unit of score might cost: Q / V of the paper;
 *     {@code null} if it has no value
 * @param candidates all models, in the order of the ranking
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Receipt(
        String reason,
        double alpha,
        double q,
        double drift,
        double pressure,
        Double joulesPerScore,
        List<Forecast> candidates) {

    /**
     * What was expected of a model.
     *
     * @param model id of the model
     * @param called whether it was called at first
     * @param available whether it was available
     * @param predictedScore forecast score of its answer, in [0, 1]
     * @param scoreDeviation standard deviation of the model's own part of that forecast; {@code
     *     null} if unknown
     * @param estimatedJoules estimated energy of its answer, in joules; {@code null} if unknown
     * @param objective what the models were compared by; the least of the available ones is chosen.
     *     {@code estimatedJoules - joulesPerScore * predictedScore} in joules, or by the paper's
     *     rule V E + Q (alpha - Ahat) in requests; {@code null} where every model was called
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @RecordBuilder
    public record Forecast(
            String model,
            boolean called,
            boolean available,
            double predictedScore,
            Double scoreDeviation,
            Double estimatedJoules,
            Double objective) {}
}
