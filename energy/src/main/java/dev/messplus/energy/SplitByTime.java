package dev.messplus.energy;

/**
 * Splits energy evenly at every moment. A call's part is what one call was charged between its
 * ends.
 *
 * <p>Not thread safe.
 */
final class SplitByTime extends Split {

    private double joulesPerCall;

    @Override
    double begin(long nowNanos) {
        if (inFlight++ == 0) {
            joulesPerCall = 0;
        }
        return joulesPerCall;
    }

    @Override
    void charge(double joules) {
        poolJoules += joules;
        joulesPerCall += joules / inFlight;
    }

    @Override
    double end(double mark, long nowNanos, long durationNanos, double tokens) {
        inFlight--;
        return claim(joulesPerCall - mark);
    }
}
