package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * The answer to a request, as it is written to the responses topic.
 *
 * @param id id of the request
 * @param sla SLA of the request; {@code null} if it was refused and names none
 * @param status {@link #OK}, {@link #FAILED}, {@link #EXPIRED} or {@link #REFUSED}
 * @param model id of the model that answered, or that was asked last
 * @param output what it answered
 * @param score accuracy of the answer in [0, 1]; {@code NaN} without a reference, without a text,
 *     or if scoring did not finish before the deadline
 * @param energy energy of this answer; JSON leaves out whether it is assumed or provisional
 * @param explorationJoules energy in joules of the other candidates of an explored request, as far
 *     as it is known, but for those of the plan; {@code NaN} if the request was not explored
 * @param plannedJoules energy in joules of the answers that a plan asked for and that were not
 *     served, as far as it is known; {@code NaN} if there is none
 * @param scoring energy of the model calls that scored the answers before one was served; JSON has
 *     its joules and their source alone
 * @param audit whether people are to rate this answer, as an audit of the judge that scores it
 * @param failed calls that returned no answer: failed models, retries and hedges
 * @param tokens tokens of the call that was answered
 * @param waitedMillis time from when the request was sent to its decision, in milliseconds: in
 *     Kafka, and for a model with a place; at least 0
 * @param latencyMillis time from the decision to the answer, in milliseconds
 * @param attempts number of calls made to {@code model}
 * @param decision the decision that is answered; {@code null} if the request was refused
 * @param candidates what each model answered, if several were called; {@code null} otherwise
 * @param error why there is no answer; {@code null} if there is one
 * @param metadata metadata of the request, as JSON
 * @param headers Kafka headers of the request, which become those of this record; not in the JSON
 */
@RecordBuilder
public record Response(
        String id,
        String sla,
        String status,
        String model,
        ModelOutput output,
        @RecordBuilder.Initializer(value = "NaN", source = Double.class) double score,
        Energy energy,
        @RecordBuilder.Initializer(value = "NaN", source = Double.class) double explorationJoules,
        @RecordBuilder.Initializer(value = "NaN", source = Double.class) double plannedJoules,
        Energy scoring,
        boolean audit,
        FailedAttempts failed,
        TokenCounts tokens,
        long waitedMillis,
        long latencyMillis,
        int attempts,
        DecisionSummary decision,
        List<Candidate> candidates,
        String error,
        String metadata,
        List<RecordHeader> headers) {

    /** Status: a model answered. */
    public static final String OK = "ok";

    /** Status: no model answered before the deadline. */
    public static final String FAILED = "failed";

    /** Status: the request's time was up before a model was called. */
    public static final String EXPIRED = "expired";

    /** Status: the record on the requests topic is not a valid request; it is a dead letter. */
    public static final String REFUSED = "refused";

    public Response {
        output = output == null ? ModelOutput.NONE : output;
        energy = energy == null ? Energy.UNKNOWN : energy;
        scoring = scoring == null ? Energy.UNKNOWN : scoring;
        failed = failed == null ? FailedAttempts.NONE : failed;
        tokens = tokens == null ? TokenCounts.UNKNOWN : tokens;
        headers = headers == null ? List.of() : headers;
    }

    /**
     * The answer to a record that is not a valid request.
     *
     * @param id id of the request, or the one that it has by its place in the topic
     * @param sla as far as it could be read; may be {@code null}
     * @param error the field, its value and the fix
     */
    public static Response refused(String id, String sla, String error) {
        return ResponseBuilder.builder().id(id).sla(sla).status(REFUSED).error(error).build();
    }

    @JsonCreator
    static Response of(ObjectNode json) throws JsonProcessingException {
        return ResponseJson.read(json);
    }

    @JsonValue
    ObjectNode json() {
        return ResponseJson.of(this);
    }

    /** Whether a model answered. */
    public boolean isAnswered() {
        return OK.equals(status);
    }

    /** Whether the answer was scored. */
    public boolean isScored() {
        return !Double.isNaN(score);
    }

    /** A copy without what the candidates answered; the served answer is still there. */
    public Response withoutCandidateOutputs() {
        List<Candidate> shortened =
                candidates == null
                        ? null
                        : candidates.stream().map(Candidate::withoutAnswer).toList();
        return ResponseBuilder.builder(this).candidates(shortened).build();
    }

    /** A copy without log probabilities, which may be many times as long as the answer. */
    public Response withoutLogprobs() {
        return ResponseBuilder.builder(this).output(output.withoutLogprobs()).build();
    }

    /** A copy for an answer that is too large for the topic: failed, without any answer. */
    public Response tooLarge() {
        return ResponseBuilder.builder(this)
                .status(FAILED)
                .output(ModelOutput.NONE)
                .decision(decision == null ? null : decision.withoutReceipt())
                .candidates(null)
                .audit(false)
                .error("the answer of " + model + " is too large for the responses topic")
                .metadata(null)
                .build();
    }
}
