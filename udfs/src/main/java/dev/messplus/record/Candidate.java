package dev.messplus.record;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * One model's answer to an explored request. What it answered is left out if the response would
 * have been too large with it.
 *
 * @param model id of the model
 * @param output what it answered
 * @param score accuracy of the answer in [0, 1]; {@code NaN} without a reference, without a text,
 *     or if scoring did not finish before the deadline
 * @param energy energy of the answer; JSON has its joules and their uncertainty alone
 * @param error why the model gave no answer; {@code null} if it gave one
 */
@RecordBuilder
public record Candidate(
        String model,
        ModelOutput output,
        @RecordBuilder.Initializer(value = "NaN", source = Double.class) double score,
        Energy energy,
        String error) {

    public Candidate {
        output = output == null ? ModelOutput.NONE : output;
        energy = energy == null ? Energy.UNKNOWN : energy;
    }

    /** A copy without what the model answered. */
    Candidate withoutAnswer() {
        return CandidateBuilder.builder(this).output(output.finishReasonOnly()).build();
    }
}
