package dev.messplus.core.shard;

import dev.messplus.core.belief.LabelSums;
import dev.messplus.core.cost.WorkModel;

/** What is to be learned of one model from its answers to some requests, as sums. */
public final class ModelSums {

    /** Of their labels. */
    public LabelSums labels = new LabelSums();

    /** What the calls take, of the measurements of these answers alone. */
    public WorkModel energy = new WorkModel();

    /** Whether the last known joules were estimated, not measured; {@code null} without any. */
    public Boolean energyEstimated;

    /** Until when the model is unavailable, in milliseconds since the epoch; 0 if it is not. */
    public long unavailableUntilMillis;

    /** Takes in the sums of other requests, as if these had come in turn with its own. */
    void add(ModelSums other) {
        labels.add(other.labels);
        energy.interleave(other.energy);
        energyEstimated = other.energyEstimated == null ? energyEstimated : other.energyEstimated;
        unavailableUntilMillis = Math.max(unavailableUntilMillis, other.unavailableUntilMillis);
    }
}
