package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * The answer to a request, on the responses topic.
 *
 * @param id the request's
 * @param sla the request's
 * @param status {@link #OK} or {@link #FAILED}
 * @param model the model that answered, or that was asked last
 * @param output its answer; {@code null} when the request failed
 * @param mode {@code explore}, {@code exploit}, {@code warm_up}, or {@code fallback} when another
 *     model than the chosen one answered
 * @param predictedScore the accuracy that was predicted of {@code model}
 * @param score its accuracy in [0, 1]; {@code null} without a reference, or when there was no time
 *     to score it
 * @param energyJoules joules of this answer; {@code null} when they could not be told
 * @param energySource where the joules come from; ends in {@code (estimated)} unless measured
 * @param explorationJoules joules of the other candidates of a request that explored; {@code null}
 *     if it did not
 * @param failedJoules joules of calls that brought no answer: of models that failed, of retries and
 *     of hedges; {@code null} when there was none or nobody could tell
 * @param promptTokens as the model server counted; {@code null} when it did not
 * @param completionTokens as the model server counted; {@code null} when it did not
 * @param latencyMs from the decision to the answer, in milliseconds
 * @param attempts calls made to {@code model}
 * @param pressure the pressure P that the decision was taken under, in requests; Q by the paper's
 *     rule
 * @param t number of the request under its SLA, or the shard of that
 * @param decision which decision was answered: a request that was decided again after a failure may
 *     have a response of each, and the last one is what the SLA counts
 * @param candidates all answers when the request explored; {@code null} otherwise
 * @param error why the request failed; {@code null} when it did not
 * @param metadata the request's, as JSON
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Response(
        String id,
        String sla,
        String status,
        String model,
        String output,
        String mode,
        double predictedScore,
        Double score,
        Double energyJoules,
        String energySource,
        Double explorationJoules,
        Double failedJoules,
        Integer promptTokens,
        Integer completionTokens,
        long latencyMs,
        int attempts,
        double pressure,
        long t,
        long decision,
        List<Candidate> candidates,
        String error,
        @JsonRawValue @JsonDeserialize(using = RawJson.class) String metadata) {

    /** A model answered. */
    public static final String OK = "ok";

    /** No model answered in time. */
    public static final String FAILED = "failed";

    /** Mode of an answer by another model than the chosen one. */
    public static final String FALLBACK = "fallback";

    /** The same without the answers of the candidates, of which one is the output. */
    public Response withoutCandidateOutputs() {
        List<Candidate> shortened =
                candidates == null
                        ? null
                        : candidates.stream().map(Candidate::withoutOutput).toList();
        return with(status, output, shortened, error, metadata);
    }

    /** The same request, failed because its answer does not fit the topic. */
    public Response tooLarge() {
        String why = "the answer of " + model + " is too large for the responses topic";
        return with(FAILED, null, null, why, null);
    }

    private Response with(
            String newStatus,
            String newOutput,
            List<Candidate> newCandidates,
            String newError,
            String newMetadata) {
        return new Response(
                id,
                sla,
                newStatus,
                model,
                newOutput,
                mode,
                predictedScore,
                score,
                energyJoules,
                energySource,
                explorationJoules,
                failedJoules,
                promptTokens,
                completionTokens,
                latencyMs,
                attempts,
                pressure,
                t,
                decision,
                newCandidates,
                newError,
                newMetadata);
    }
}
