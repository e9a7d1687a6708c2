package dev.messplus.replay.serving;

import java.util.SplittableRandom;

/** The requests of a run. */
public interface RequestDraws {

    /**
     * A request. It depends on its number, its time and the seed of the source alone, so that all
     * routers get the same requests.
     *
     * @param number of the request, from 0
     * @param seconds when it arrives, since the start
     */
    SimulatedRequest next(long number, double seconds);

    /** Draws for one request. Those of other requests, and of other seeds, are others. */
    static SplittableRandom random(long seed, long number) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() + number);
    }
}
