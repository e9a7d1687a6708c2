package dev.messplus.replay.policy;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.baseline.StaticMix;
import dev.messplus.replay.outcome.Recorded;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A policy that draws the model of every request from one fixed distribution. The distribution may
 * depend on the models' means over the requests of the episode, which only hindsight knows.
 */
abstract class MixPolicy implements ReplayPolicy {

    /**
     * The distribution.
     *
     * @param means of each model over the requests of the episode
     */
    abstract StaticMix mix(List<ModelMean> means, double alpha);

    @Override
    public final SeedResult replay(Episode episode) {
        StaticMix mix = mix(episode.arrivals().means(), episode.alpha());
        var tally = new Tally(episode.alpha(), episode.models().size(), episode.arrivals().size());
        var random = new SplittableRandom(episode.seed());
        for (int i = 0; i < episode.arrivals().size(); i++) {
            int model = draw(mix, random.nextDouble());
            Recorded request = episode.arrivals().get(i);
            tally.serve(request.scores()[model], request.joules()[model], 0);
            tally.answeredBy(model, 1);
        }
        return tally.result();
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
