package dev.messplus.replay.policy;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.baseline.StaticMix;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The cheapest model that reaches alpha by itself, or the most accurate one if none does. */
final class BestSinglePolicy extends MixPolicy {

    @Override
    StaticMix mix(List<ModelMean> means, double alpha) {
        List<StaticMix> models =
                IntStream.range(0, means.size())
                        .mapToObj(m -> StaticMix.always(means, m, alpha))
                        .toList();
        return models.stream()
                .filter(StaticMix::feasible)
                .min(Comparator.comparingDouble(StaticMix::joules))
                .orElseGet(
                        () ->
                                models.stream()
                                        .max(Comparator.comparingDouble(StaticMix::score))
                                        .orElseThrow());
    }
}
