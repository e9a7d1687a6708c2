package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One model's answer to an explored request.
 *
 * @param output its answer; {@code null} when it gave none
 * @param score its accuracy in [0, 1]; {@code null} without a reference
 * @param energyJoules what it cost; {@code null} when it could not be told
 * @param error why it gave no answer; {@code null} when it did
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Candidate(
        String model, String output, Double score, Double energyJoules, String error) {}
