package dev.messplus.core.shard;

import java.util.HashMap;
import java.util.Map;

/** What became of some requests of one SLA, as sums that any shard of it can learn from. */
public final class OutcomeSums {

    /** Of the answers of each model, by id. */
    public Map<String, ModelSums> models = new HashMap<>();

    /** Requests whose served answer has a label. */
    public long served;

    /** Sum of those labels. */
    public double servedScoreSum;

    /** Whether there is nothing to learn from. */
    boolean isEmpty() {
        return models.isEmpty() && served == 0;
    }

    /** The sums of a model, which may still be without any answer. */
    ModelSums model(String id) {
        return models.computeIfAbsent(id, unknown -> new ModelSums());
    }

    /** Takes in the sums of other requests, as if these had come in turn with its own. */
    public void add(OutcomeSums other) {
        other.models.forEach((id, sums) -> model(id).add(sums));
        served += other.served;
        servedScoreSum += other.servedScoreSum;
    }
}
