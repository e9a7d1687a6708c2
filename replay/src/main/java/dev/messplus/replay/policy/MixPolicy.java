package dev.messplus.replay.policy;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.baseline.StaticMix;
import dev.messplus.replay.outcome.Recorded;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * A policy that draws the model of every request from one fixed distribution. The distribution may
 * depend on the models' means over the requests of the episode, which only hindsight knows.
 *
 * @param mix makes it of these means and alpha
 */
record MixPolicy(String name, BiFunction<List<ModelMean>, Double, StaticMix> mix)
        implements ReplayPolicy {

    /** The only policy of its kind. */
    static MixPolicy of(BiFunction<List<ModelMean>, Double, StaticMix> mix) {
        return new MixPolicy("", mix);
    }

    /** One model for every request. */
    static MixPolicy always(int model, String id) {
        return new MixPolicy(id, (means, alpha) -> StaticMix.always(means, model, alpha));
    }

    /** The cheapest model that reaches alpha by itself, or the most accurate one if none does. */
    static StaticMix bestSingle(List<ModelMean> means, double alpha) {
        List<StaticMix> models =
                IntStream.range(0, means.size())
                        .mapToObj(m -> StaticMix.always(means, m, alpha))
                        .toList();
        return models.stream()
                .filter(StaticMix::feasible)
                .min(Comparator.comparingDouble(StaticMix::joules))
                .or(() -> models.stream().max(Comparator.comparingDouble(StaticMix::score)))
                .orElseThrow();
    }

    @Override
    public SeedResult replay(Episode episode) {
        StaticMix drawn = mix.apply(episode.arrivals().means(), episode.alpha());
        var tally = new Tally(episode.alpha(), episode.models().size(), episode.arrivals().size());
        var random = new SplittableRandom(episode.seed());
        for (int i = 0; i < episode.arrivals().size(); i++) {
            int model = draw(drawn, random.nextDouble());
            Recorded request = episode.arrivals().get(i);
            tally.serve(request.scores()[model], request.joules()[model], 0);
            tally.answeredBy(model, 1);
        }
        return tally.result(episode.window());
    }

    private static int draw(StaticMix mix, double uniform) {
        int last = 0;
        for (int m = 0; m < mix.weights().size(); m++) {
            uniform -= mix.weights().get(m);
            if (mix.weights().get(m) > 0) {
                last = m;
                if (uniform < 0) {
                    return m;
                }
            }
        }
        // The weights sum to a little less than 1.
        return last;
    }
}
