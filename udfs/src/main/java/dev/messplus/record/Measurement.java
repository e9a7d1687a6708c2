package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Observation;
import dev.messplus.core.Observation.Outcome;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;

/**
 * What the job measured of one model's answer to a request, or why there is none.
 *
 * <p>The other components are those of {@link JobFeedback}.
 *
 * @param score accuracy of the answer in [0, 1]; {@code NaN} if the job did not score it
 * @param tokens tokens of the call that was answered
 * @param work how the call that was answered was worked on
 * @param load how busy the models of the zoo are now, by id; {@code null} if unknown
 * @param error why the model gave no answer; {@code null} if it gave one. Together with {@code
 *     served}, the request got no answer at all
 * @param expired whether no model was asked because the time of the request was up
 * @param afterServing whether this is the score of an answer after one was served, and nothing else
 * @param failed calls to this model that returned no answer
 * @param unavailableMillis for how long from now the model must not be called, in milliseconds, 0
 *     to 3600000; 0 if it may be called
 */
@RecordBuilder
public record Measurement(
        String requestId,
        String sla,
        String model,
        @RecordBuilder.Initializer(value = "NaN", source = Double.class) double score,
        Energy energy,
        TokenCounts tokens,
        ServerWork work,
        Map<String, ModelLoad> load,
        boolean served,
        String error,
        boolean expired,
        boolean afterServing,
        FailedAttempts failed,
        long unavailableMillis,
        Long decision,
        String run,
        long checkpoint)
        implements JobFeedback {

    public Measurement {
        energy = energy == null ? Energy.UNKNOWN : energy;
        tokens = tokens == null ? TokenCounts.UNKNOWN : tokens;
        work = work == null ? ServerWork.UNKNOWN : work;
        failed = failed == null ? FailedAttempts.NONE : failed;
    }

    /** Who wrote this, as consumers of the topic read it. */
    public String source() {
        return Double.isNaN(score) ? METER : SCORER;
    }

    /** The measurement as the algorithm observes it. */
    public Observation observation() {
        return new Observation(
                model,
                score,
                new MeasuredEnergy(
                        energy.joules(),
                        energy.idleJoules(),
                        energy.uncertaintyJoules(),
                        energy.assumed() || energy.provisional(),
                        work.of(tokens)),
                failed.joules(),
                outcome());
    }

    private Outcome outcome() {
        if (afterServing) {
            return Outcome.SCORED;
        }
        return expired ? Outcome.EXPIRED : Outcome.of(served, error != null);
    }

    @JsonValue
    ObjectNode json() {
        return FeedbackJson.of(this);
    }

    /**
     * A copy, as the start {@code writer} of the job writes it after a checkpoint. A score that
     * comes after its answer has the checkpoint of the answer: a failure undoes both together.
     */
    public Measurement written(String writer, long lastCheckpoint) {
        return MeasurementBuilder.builder(this)
                .run(writer)
                .checkpoint(afterServing ? checkpoint : lastCheckpoint)
                .build();
    }
}
