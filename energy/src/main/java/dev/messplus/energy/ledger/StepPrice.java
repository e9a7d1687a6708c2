package dev.messplus.energy.ledger;

/**
 * The price of the busy seconds of a step: the joules of the step that calls used, and how sure
 * that is.
 *
 * @param watts mean power while calls were in flight, at least 0; 0 if none was
 * @param busySeconds number of busy seconds, at least 0
 * @param variance of the joules of all busy seconds, as it was before the counter moved, in joules
 *     squared
 * @param explained share of that variance that the counter has taken away, from 0 to 1
 */
record StepPrice(double watts, double busySeconds, double variance, double explained) {

    /** Of a step without busy seconds. */
    static final StepPrice NONE = new StepPrice(0, 0, 0, 0);

    double busyJoules() {
        return joules(busySeconds);
    }

    /** Joules of a part of the busy seconds. */
    double joules(double seconds) {
        return watts * seconds;
    }

    /**
     * Variance of those joules. Of seconds whose power varies independently, a share q of all has
     * the share q of the variance v, and q (1 - q explained) once the sum is known: all busy
     * seconds together have what the split between busy and idle leaves.
     */
    double variance(double seconds) {
        if (busySeconds <= 0) {
            return 0;
        }
        double share = Math.max(0, Math.min(1, seconds / busySeconds));
        return variance * share * (1 - share * explained);
    }

    /** The same price with joules that were not used by the seconds themselves. */
    StepPrice plus(double joules) {
        return new StepPrice(watts + joules / busySeconds, busySeconds, variance, explained);
    }
}
