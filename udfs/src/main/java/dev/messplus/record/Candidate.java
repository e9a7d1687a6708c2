package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * One model's answer to an explored request. What it answered is left out if the response would
 * have been too large with it.
 *
 * @param model id of the model
 * @param output the text of the answer; {@code null} if it has none, or if there is no answer
 * @param toolCalls the tool calls of the answer, as a JSON array; {@code null} if there are none
 * @param refusal why the model refuses to answer; {@code null} if it does not
 * @param reasoningContent what the model thought before it answered; {@code null} if the server
 *     does not tell
 * @param finishReason why the model stopped, as the server tells; {@code null} if it does not
 * @param score accuracy of the answer in [0, 1]; {@code null} without a reference, without a text,
 *     or if scoring did not finish before the deadline
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
        @JsonRawValue @JsonDeserialize(using = RawJson.class) String toolCalls,
        String refusal,
        String reasoningContent,
        String finishReason,
        Double score,
        Double energyJoules,
        Double energyUncertaintyJoules,
        String error) {

    /** A copy without what the model answered. */
    Candidate withoutAnswer() {
        return CandidateBuilder.builder(this)
                .output(null)
                .toolCalls(null)
                .refusal(null)
                .reasoningContent(null)
                .build();
    }
}
