package dev.messplus.replay.policy;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.baseline.StaticMix;
import java.util.List;

/** One model for every request. */
final class AlwaysPolicy extends MixPolicy {

    private final int model;
    private final String name;

    /**
     * A policy of one model.
     *
     * @param model its index in the zoo
     * @param name its id
     */
    AlwaysPolicy(int model, String name) {
        this.model = model;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    StaticMix mix(List<ModelMean> means, double alpha) {
        return StaticMix.always(means, model, alpha);
    }
}
