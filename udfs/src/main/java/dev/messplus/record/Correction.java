package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.core.EnergyCorrection;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Prompt;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What a meter reported after the {@link Measurement} of a call was written: by how much that was
 * wrong, and what the answer took in the end; or what it took to score the answer.
 *
 * <p>The other components are those of {@link JobFeedback}.
 *
 * @param energy what the answer took; unknown if the meter could not say, or if the measurement was
 *     right about it
 * @param tokens tokens of the call that was answered
 * @param work how it was worked on
 * @param planned whether a plan asked for the answer
 * @param joulesMore to add to the joules of the measurement; may be negative
 * @param failedJoulesMore to add to its joules of failed calls; may be negative
 * @param scoringJoules joules of the model calls that scored the answer, at least 0
 * @param promptLength length of the prompt, roughly in tokens, at least 0: what the job estimates
 *     energy from
 * @param maxTokens maximum completion tokens that the request set; 0 if it set none
 * @param checkpoint that of the measurement: a failure undoes both together
 */
@RecordBuilder
public record Correction(
        String requestId,
        String sla,
        String model,
        Energy energy,
        TokenCounts tokens,
        ServerWork work,
        boolean served,
        boolean planned,
        double joulesMore,
        double failedJoulesMore,
        double scoringJoules,
        int promptLength,
        int maxTokens,
        Long decision,
        String run,
        long checkpoint)
        implements JobFeedback {

    public Correction {
        energy = energy == null ? Energy.UNKNOWN : energy;
        tokens = tokens == null ? TokenCounts.UNKNOWN : tokens;
        work = work == null ? ServerWork.UNKNOWN : work;
    }

    /** The correction as the algorithm takes it in. */
    public EnergyCorrection energyCorrection() {
        return new EnergyCorrection(
                model,
                use(),
                joulesMore,
                failedJoulesMore,
                new Prompt(null, promptLength, maxTokens),
                new MeasuredEnergy(
                        energy.joules(),
                        energy.idleJoules(),
                        energy.uncertaintyJoules(),
                        false,
                        work.of(tokens)));
    }

    private EnergyCorrection.Use use() {
        if (served) {
            return EnergyCorrection.Use.SERVED;
        }
        return planned ? EnergyCorrection.Use.PLANNED : EnergyCorrection.Use.LEARNED;
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
