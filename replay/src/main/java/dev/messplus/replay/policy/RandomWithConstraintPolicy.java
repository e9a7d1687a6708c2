package dev.messplus.replay.policy;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.baseline.StaticMix;
import java.util.List;

/** The poster's baseline: a random choice between the cheapest and the most expensive model. */
final class RandomWithConstraintPolicy extends MixPolicy {

    @Override
    StaticMix mix(List<ModelMean> means, double alpha) {
        return StaticMix.randomWithConstraint(means, alpha);
    }
}
