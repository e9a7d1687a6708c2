package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * The answer to a request, as it is written to the responses topic.
 *
 * @param id id of the request
 * @param sla SLA of the request
 * @param status {@link #OK}, {@link #FAILED} or {@link #EXPIRED}
 * @param model id of the model that answered, or that was asked last
 * @param output the text of the answer; {@code null} if it has none, or if the request failed
 * @param toolCalls the tool calls of the answer, as a JSON array; {@code null} if there are none
 * @param refusal why the model refuses to answer; {@code null} if it does not
 * @param reasoningContent what the model thought before it answered; {@code null} if the server
 *     does not tell
 * @param finishReason why the model stopped, as the server tells: {@code stop}, {@code length},
 *     {@code tool_calls}, {@code content_filter} or another; {@code null} if it does not
 * @param mode {@code explore}, {@code exploit}, or {@link #FALLBACK}
 * @param predictedScore accuracy that was predicted for {@code model}, in [0, 1]
 * @param score accuracy of the answer in [0, 1]; {@code null} without a reference, without a text,
 *     or if scoring did not finish before the deadline
 * @param energyJoules energy of this answer in joules; {@code null} if unknown
 * @param energyUncertaintyJoules half of the width of the interval around {@code energyJoules} that
 *     has the true figure in it in 95 of 100 calls; {@code null} if unknown
 * @param energySource where the joules come from; ends in {@code (estimated)} unless they were
 *     measured; {@code null} without joules
 * @param explorationJoules energy in joules of the other candidates of an explored request; {@code
 *     null} if the request was not explored
 * @param failedJoules energy in joules of calls that returned no answer: failed models, retries and
 *     hedges, as far as it is known; {@code null} if there were none or nothing is known
 * @param failedUnmetered how many of these calls have unknown energy; {@code null} if none
 * @param promptTokens tokens of the prompt, as the model server counted; {@code null} if it did not
 * @param completionTokens tokens of the answer, as the model server counted; {@code null} if it did
 *     not
 * @param latencyMs time from the decision to the answer, in milliseconds
 * @param attempts number of calls made to {@code model}
 * @param pressure pressure P of the decision, in requests; Q under the paper's rule
 * @param t number of the request under its SLA, or the shard of that
 * @param decision number of the decision that was answered. A request that was decided again after
 *     a failure may have one response per decision; the SLA counts the last one
 * @param receipt why the models were chosen, a {@link Receipt} as JSON; {@code null} unless
 *     receipts are configured
 * @param candidates what each model answered, if several were called; {@code null} otherwise
 * @param error why the request failed; {@code null} if it did not
 * @param metadata metadata of the request, as JSON
 * @param headers Kafka headers of the request, which become those of this record; not in the JSON
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Response(
        String id,
        String sla,
        String status,
        String model,
        String output,
        @JsonRawValue @JsonDeserialize(using = RawJson.class) String toolCalls,
        String refusal,
        String reasoningContent,
        String finishReason,
        String mode,
        double predictedScore,
        Double score,
        Double energyJoules,
        Double energyUncertaintyJoules,
        String energySource,
        Double explorationJoules,
        Double failedJoules,
        Integer failedUnmetered,
        Integer promptTokens,
        Integer completionTokens,
        long latencyMs,
        int attempts,
        double pressure,
        long t,
        @JsonFormat(shape = JsonFormat.Shape.STRING) long decision,
        @JsonRawValue @JsonDeserialize(using = RawJson.class) String receipt,
        List<Candidate> candidates,
        String error,
        @JsonRawValue @JsonDeserialize(using = RawJson.class) String metadata,
        @JsonIgnore List<RecordHeader> headers) {

    /** Status: a model answered. */
    public static final String OK = "ok";

    /** Status: no model answered before the deadline. */
    public static final String FAILED = "failed";

    /** Status: the request's time was up before a model was called. */
    public static final String EXPIRED = "expired";

    /** Mode: a model other than the chosen one answered. */
    public static final String FALLBACK = "fallback";

    public Response {
        headers = headers == null ? List.of() : headers;
    }

    /** A copy without what the candidates answered; the served answer is still there. */
    public Response withoutCandidateOutputs() {
        List<Candidate> shortened =
                candidates == null
                        ? null
                        : candidates.stream().map(Candidate::withoutAnswer).toList();
        return ResponseBuilder.builder(this).candidates(shortened).build();
    }

    /** A copy for an answer that is too large for the topic: failed, without any answer. */
    public Response tooLarge() {
        return ResponseBuilder.builder(this)
                .status(FAILED)
                .output(null)
                .toolCalls(null)
                .refusal(null)
                .reasoningContent(null)
                .finishReason(null)
                .candidates(null)
                .receipt(null)
                .error("the answer of " + model + " is too large for the responses topic")
                .metadata(null)
                .build();
    }
}
