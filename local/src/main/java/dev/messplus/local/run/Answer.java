package dev.messplus.local.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** What a run reads of a response; see {@link dev.messplus.record.Response} for the fields. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Answer(
        String id,
        String status,
        String model,
        String mode,
        Double score,
        Double energyJoules,
        String energySource,
        long latencyMs,
        double q,
        long t,
        List<Candidate> candidates,
        String error) {

    /** Another model's answer to an explored request. */
    public record Candidate(String model, Double score, Double energyJoules) {}

    /** Whether a model answered. */
    public boolean ok() {
        return "ok".equals(status);
    }

    /** Whether every model was asked. */
    public boolean explored() {
        return candidates != null;
    }

    /** Joules of the answer served; 0 where unknown. */
    public double servedJoules() {
        return energyJoules == null ? 0 : energyJoules;
    }

    /** Joules of all answers this request asked for; 0 where unknown. */
    public double totalJoules() {
        if (candidates == null) {
            return servedJoules();
        }
        double sum = 0;
        for (Candidate candidate : candidates) {
            sum += candidate.energyJoules() == null ? 0 : candidate.energyJoules();
        }
        return sum;
    }
}
