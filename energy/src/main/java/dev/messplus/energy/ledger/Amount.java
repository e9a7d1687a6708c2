package dev.messplus.energy.ledger;

/**
 * An amount of energy that grows and shrinks while a step is open: joules that are known, and busy
 * seconds that the open step will price. Not thread safe.
 */
final class Amount {

    private double joules;
    private double variance;
    private BusySeconds seconds = BusySeconds.NONE;

    /** {@link BusySeconds#pass}. */
    void pass(double busySeconds, double middle) {
        seconds = seconds.pass(busySeconds, middle);
    }

    /** The slot ends, and the step goes on. */
    void endSlot() {
        seconds = seconds.endSlot();
    }

    /** The step ends. */
    void price(Step closed) {
        double priced = closed.secondsOf(seconds);
        joules += closed.joules(priced);
        variance += closed.variance(priced);
        seconds = seconds.endStep(closed.secondsAfter(seconds));
    }

    Charged take(double part) {
        Charged taken = new Charged(part * joules, part * part * variance, seconds.times(part));
        joules -= taken.joules();
        variance = Math.max(0, variance - taken.variance());
        seconds = seconds.plus(taken.seconds(), -1);
        return taken;
    }

    /** Adds what was charged to somebody else. */
    void add(Charged charged) {
        joules += charged.joules();
        variance += charged.variance();
        seconds = seconds.plus(charged.seconds(), 1);
    }

    double takeJoules() {
        double taken = joules;
        joules = 0;
        variance = 0;
        return taken;
    }

    double joules() {
        return joules;
    }

    double variance() {
        return variance;
    }

    /** Busy seconds without a price. */
    BusySeconds seconds() {
        return seconds;
    }
}
