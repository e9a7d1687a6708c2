package dev.messplus.energy.ledger;

/**
 * An amount of energy that grows and shrinks while a step is open: joules that are known, and busy
 * seconds that the open step will price. Not thread safe.
 */
final class Amount {

    private Joules known = Joules.NONE;
    private BusySeconds seconds = BusySeconds.NONE;

    /** Nothing as of the same slot. */
    Amount emptied() {
        Amount empty = new Amount();
        empty.seconds = seconds.times(0);
        return empty;
    }

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
        known = known.plus(closed.joules(closed.secondsOf(seconds)));
        seconds = seconds.endStep(closed.secondsAfter(seconds));
    }

    Charged take(double part) {
        Charged taken = new Charged(known.times(part), seconds.times(part));
        known = known.minus(taken.known());
        seconds = seconds.plus(taken.seconds(), -1);
        return taken;
    }

    /** Adds what was charged to somebody else. */
    void add(Charged charged) {
        known = known.plus(charged.known());
        seconds = seconds.plus(charged.seconds(), 1);
    }

    double takeJoules() {
        double taken = known.total();
        known = Joules.NONE;
        return taken;
    }

    Joules known() {
        return known;
    }

    /** Busy seconds without a price. */
    BusySeconds seconds() {
        return seconds;
    }
}
