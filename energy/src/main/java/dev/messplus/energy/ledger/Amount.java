package dev.messplus.energy.ledger;

/**
 * An amount of energy that grows and shrinks while a step is open: joules that are known, and busy
 * seconds that the open step will price. Not thread safe.
 */
final class Amount {

    private double joules;
    private double variance;

    /** Busy seconds that the open step will price. */
    private final OpenSeconds seconds = new OpenSeconds();

    /**
     * Adds busy seconds of now.
     *
     * @param middle seconds from the begin of the slot to the middle of these
     */
    void pass(double busySeconds, double middle) {
        seconds.pass(busySeconds, middle);
    }

    /** The slot ends, and the step goes on. */
    void endSlot() {
        seconds.endSlot();
    }

    void price(Step closed, long slot) {
        BusySeconds all = seconds.at(slot);
        if (closed.price() != null) {
            double priced = closed.secondsOf(all);
            joules += closed.price().joules(priced);
            variance += closed.price().variance(priced);
        }
        seconds.endStep(closed.price() == null ? 0 : closed.secondsAfter(all));
    }

    Charged take(double part, long slot) {
        Charged taken =
                new Charged(part * joules, part * part * variance, seconds.at(slot).times(part));
        joules -= taken.joules();
        variance = Math.max(0, variance - taken.variance());
        seconds.add(taken.seconds(), -1);
        return taken;
    }

    /** Adds what was charged to somebody else. */
    void add(Charged charged) {
        joules += charged.joules();
        variance += charged.variance();
        seconds.add(charged.seconds(), 1);
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

    /** Busy seconds without a price, as of a slot. */
    BusySeconds seconds(long slot) {
        return seconds.at(slot);
    }
}
