package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.core.EnergyCorrection;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Prompt;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What a meter reported after the {@link Measurement} of a call was written: by how much that was
 * wrong, and what the answer took in the end.
 *
 * @param requestId id of the request
 * @param sla SLA of the request
 * @param model id of the model
 * @param energy what the answer took; unknown if the meter could not say, or if the measurement was
 *     right about it
 * @param served whether the answer was served
 * @param joulesMore to add to the joules of the measurement; may be negative
 * @param failedJoulesMore to add to its joules of failed calls; may be negative
 * @param promptLength length of the prompt, roughly in tokens, at least 0: what the job estimates
 *     energy from
 * @param maxTokens maximum completion tokens that the request set; 0 if it set none
 * @param decision number of the decision that was answered; {@code null} if this is about the
 *     model's answer to any decision on the request
 * @param run identifies the start of the job that wrote this; {@code null} until it is written
 * @param checkpoint number of the last checkpoint before the measurement was written, 0 before the
 *     first: a failure undoes both together
 */
@RecordBuilder
public record Correction(
        String requestId,
        String sla,
        String model,
        Energy energy,
        boolean served,
        double joulesMore,
        double failedJoulesMore,
        int promptLength,
        int maxTokens,
        Long decision,
        String run,
        long checkpoint)
        implements JobFeedback {

    public Correction {
        energy = energy == null ? Energy.UNKNOWN : energy;
    }

    /** The correction as the algorithm takes it in. */
    public EnergyCorrection energyCorrection() {
        return new EnergyCorrection(
                model,
                served,
                joulesMore,
                failedJoulesMore,
                new Prompt(null, promptLength, maxTokens),
                new MeasuredEnergy(energy.joules(), energy.uncertaintyJoules(), false));
    }

    @JsonValue
    ObjectNode json() {
        return FeedbackJson.of(this);
    }

    /** A copy, as the start {@code writer} of the job writes it. */
    public Correction written(String writer) {
        return CorrectionBuilder.builder(this).run(writer).build();
    }
}
