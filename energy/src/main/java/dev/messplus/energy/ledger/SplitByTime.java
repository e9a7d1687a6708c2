package dev.messplus.energy.ledger;

/**
 * Splits energy evenly at every moment. The share of a call is what one call was charged from its
 * begin to its end.
 *
 * <p>Not thread safe.
 */
final class SplitByTime extends Split {

    /** What one call has been charged since there last was none in flight. */
    private double joulesPerCall;

    @Override
    double begin(long nowNanos) {
        if (enter()) {
            joulesPerCall = 0;
        }
        return joulesPerCall;
    }

    @Override
    void charge(double joules) {
        super.charge(joules);
        joulesPerCall += joules / inFlight();
    }

    @Override
    double end(double mark, long nowNanos, long durationNanos, double tokens) {
        leave();
        return claim(joulesPerCall - mark);
    }
}
