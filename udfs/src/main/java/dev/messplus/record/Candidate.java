package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * One model's answer to an explored request.
 *
 * @param model id of the model
 * @param output the answer; {@code null} if the model gave none, or if the response would have been
 *     too large with it
 * @param score accuracy of the answer in [0, 1]; {@code null} without a reference, or if scoring
 *     did not finish before the deadline
 * @param energyJoules energy of the answer in joules; {@code null} if unknown
 * @param energyUncertaintyJoules half of the width of the interval around {@code energyJoules} that
 *     has the true figure in it in 95 of 100 calls; {@code null} if unknown
 * @param error why the model gave no answer; {@code null} if it gave one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Candidate(
        String model,
        String output,
        Double score,
        Double energyJoules,
        Double energyUncertaintyJoules,
        String error) {

    /** A copy without the answer's text. */
    Candidate withoutOutput() {
        return CandidateBuilder.builder(this).output(null).build();
    }
}
