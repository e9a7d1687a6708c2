package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * One model's answer to an explored request.
 *
 * @param output its answer; {@code null} when it gave none, or when the response would have been
 *     too large with it
 * @param score its accuracy in [0, 1]; {@code null} without a reference, or when there was no time
 *     to score it
 * @param energyJoules what it cost; {@code null} when it could not be told
 * @param error why it gave no answer; {@code null} when it did
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Candidate(
        String model, String output, Double score, Double energyJoules, String error) {

    /** The same without its answer. */
    Candidate withoutOutput() {
        return new Candidate(model, null, score, energyJoules, error);
    }
}
