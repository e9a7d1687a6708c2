package dev.messplus.energy.ledger;

/**
 * The price of the busy seconds of a step: the joules of the step that calls used, and how sure
 * that is.
 *
 * @param watts mean power while calls were in flight, at least 0; 0 if none was
 * @param busySeconds number of busy seconds, at least 0
 * @param variance of the joules of all busy seconds, as it was before the counter moved, in joules
 *     squared
 * @param explained share of that variance that the counter has taken away, at most 1; below 0 if
 *     the counter is less sure than that
 */
record StepPrice(Watts watts, double busySeconds, double variance, double explained) {

    /** Of a step without busy seconds. */
    static final StepPrice NONE = new StepPrice(0, 0, 0, 0);

    /** A price whose idle part is not known. */
    StepPrice(double watts, double busySeconds, double variance, double explained) {
        this(new Watts(watts, 0), busySeconds, variance, explained);
    }

    double busyJoules() {
        return watts.total() * busySeconds;
    }

    /** Those of the busy joules that the device would have drawn without any call. */
    double idleJoules() {
        return watts.idle() * busySeconds;
    }

    /** Joules of a part of the busy seconds. */
    Joules joules(double seconds) {
        return new Joules(watts.total() * seconds, watts.idle() * seconds, variance(seconds));
    }

    /**
     * Variance of those joules. Of seconds whose power varies independently, a share q of all has
     * the share q of the variance v, and q (1 - q explained) once the sum is known: all busy
     * seconds together have what the split between busy and idle leaves.
     */
    private double variance(double seconds) {
        if (busySeconds <= 0) {
            return 0;
        }
        double share = Math.max(0, Math.min(1, seconds / busySeconds));
        return variance * share * (1 - share * explained);
    }

    /**
     * The same price of a step whose joules have a variance themselves. A part q of the busy
     * seconds has its part of the error, q^2 of the variance.
     */
    StepPrice unsure(double stepVariance) {
        if (stepVariance <= 0) {
            return this;
        }
        double all = Math.max(variance, stepVariance);
        return new StepPrice(watts, busySeconds, all, (explained * variance - stepVariance) / all);
    }

    /** The same price of a device that draws so much without calls; {@code NaN} if not known. */
    StepPrice withIdle(double idleWatts) {
        Watts split = Watts.of(watts.total(), idleWatts);
        return new StepPrice(split, busySeconds, variance, explained);
    }

    /** The same price with idle joules that were not used by the seconds themselves. */
    StepPrice plusIdle(double joules) {
        return new StepPrice(
                watts.plusIdle(joules / busySeconds), busySeconds, variance, explained);
    }
}
