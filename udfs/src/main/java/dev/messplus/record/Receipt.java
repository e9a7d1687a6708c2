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
     * @param estimatedJoules what the books were expected to charge its call at the load of then,
     *     in joules; {@code null} if unknown
     * @param priceJoules what sending the request to it adds, in joules: what was compared; {@code
     *     null} if unknown
     * @param price what the price is made of; {@code null} while nothing was measured of the model
     * @param objective what the models were compared by; the least of the available ones is chosen.
     *     {@code priceJoules - joulesPerScore * predictedScore} in joules, or by the paper's rule V
     *     E + Q (alpha - Ahat) in requests; {@code null} where every model was called
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
            Double priceJoules,
            Price price,
            Double objective) {}

    /**
     * What a price is made of, in joules.
     *
     * @param prefillJoules for computing the prompt
     * @param decodeJoules for making the answer, beside as many calls as the model is to have
     * @param failureJoules for the failed calls that an answer of the model costs
     * @param waitingJoules for the work that the model is behind
     * @param concurrency the calls that the model is to have in flight, on average
     */
    public record Price(
            double prefillJoules,
            double decodeJoules,
            double failureJoules,
            double waitingJoules,
            double concurrency) {}
}
