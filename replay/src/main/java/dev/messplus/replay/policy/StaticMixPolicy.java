package dev.messplus.replay.policy;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.baseline.StaticMix;
import java.util.List;

/** The fixed shares of models that reach alpha with the least energy, known in hindsight. */
final class StaticMixPolicy extends MixPolicy {

    @Override
    StaticMix mix(List<ModelMean> means, double alpha) {
        return StaticMix.leastEnergy(means, alpha);
    }
}
