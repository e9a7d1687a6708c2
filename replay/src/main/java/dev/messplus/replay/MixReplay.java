package dev.messplus.replay;

import dev.messplus.core.baseline.StaticMix;
import java.util.SplittableRandom;

/** A policy that draws every request's model from one fixed distribution. */
final class MixReplay {

    private MixReplay() {}

    /** Replays requests, by their indices, with draws of {@code seed}. */
    static SeedResult run(Traffic traffic, StaticMix mix, double alpha, int[] order, long seed) {
        var tally = new Tally(alpha, traffic.models().size(), order.length);
        var random = new SplittableRandom(seed);
        for (int i : order) {
            int model = draw(mix, random.nextDouble());
            Recorded request = traffic.requests().get(i);
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
        // Weights that sum to a little less than 1.
        return last;
    }
}
