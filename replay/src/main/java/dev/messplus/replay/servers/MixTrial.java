package dev.messplus.replay.servers;

import dev.messplus.replay.outcome.Traffic;
import dev.messplus.replay.serving.ServedModel;
import dev.messplus.replay.serving.ServingResult.Window;
import dev.messplus.replay.serving.StaticMixRouter;
import java.util.Comparator;
import java.util.List;

/**
 * A static mix that was simulated.
 *
 * @param shares of each model
 * @param window of the run
 * @param overload share of the requests without an answer, beyond what fails anyhow and 1%; 0 if
 *     the servers keep up
 */
record MixTrial(double[] shares, Window window, double overload) {

    /** When a call is given up, as the product does by default. */
    private static final long TIMEOUT_MILLIS = 60_000;

    private static final double MAX_UNANSWERED = .01;

    /** The better the fewer requests it leaves without an answer, then by energy. */
    static final Comparator<MixTrial> BEST_FIRST =
            Comparator.comparingDouble(MixTrial::overload).thenComparingDouble(MixTrial::joules);

    static MixTrial run(ServersSetup setup, Traffic traffic, double[] shares, long seed) {
        Window window = setup.run(traffic, new StaticMixRouter(shares, TIMEOUT_MILLIS, seed), seed);
        double failing = 0;
        List<ServedModel> zoo = setup.zoo();
        for (int m = 0; m < shares.length; m++) {
            failing += shares[m] * zoo.get(m).failedShare();
        }
        double unanswered =
                window.requests() == 0 ? 1 : window.unanswered() / (double) window.requests();
        return new MixTrial(shares, window, Math.max(0, unanswered - failing - MAX_UNANSWERED));
    }

    double joules() {
        return window.joulesPerRequest();
    }
}
