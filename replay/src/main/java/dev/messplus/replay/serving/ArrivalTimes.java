package dev.messplus.replay.serving;

import java.util.SplittableRandom;

/**
 * When requests arrive: a Poisson process whose rate follows a curve, drawn by thinning (Lewis and
 * Shedler, 1979).
 */
final class ArrivalTimes {

    /** Keeps the times apart from what else is drawn with the seed. */
    private static final long TIMES = 0x71BE5;

    private final RateCurve curve;
    private final SplittableRandom random;
    private double seconds;

    ArrivalTimes(RateCurve curve, long seed) {
        this.curve = curve;
        this.random = new SplittableRandom(seed ^ TIMES);
    }

    /** The time of the next arrival, in seconds since the start. */
    double next() {
        do {
            seconds -= Math.log1p(-random.nextDouble()) / curve.most();
        } while (random.nextDouble() * curve.most() >= curve.requestsPerSecond(seconds));
        return seconds;
    }
}
