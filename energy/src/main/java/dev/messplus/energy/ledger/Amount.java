package dev.messplus.energy.ledger;

/**
 * An amount of energy that grows and shrinks while a step is open: joules that are known, and busy
 * seconds that the open step will price. Not thread safe.
 */
final class Amount {

    private double joules;
    private double variance;

    /** Busy seconds of the slots of the open step before the last one. */
    private double secondsBefore;

    /** Those of the last slot. */
    private double secondsInSlot;

    /** Integral over these of the seconds since the slot began. */
    private double late;

    /**
     * Adds busy seconds of now.
     *
     * @param middle seconds from the begin of the slot to the middle of these
     */
    void pass(double seconds, double middle) {
        secondsInSlot += seconds;
        late += seconds * middle;
    }

    /** A slot ends, and the step goes on. */
    void endSlot() {
        secondsBefore += secondsInSlot;
        secondsInSlot = 0;
        late = 0;
    }

    void price(Step closed, long slot) {
        BusySeconds all = seconds(slot);
        if (closed.price() != null) {
            double seconds = closed.secondsOf(all);
            joules += closed.price().joules(seconds);
            variance += closed.price().variance(seconds);
        }
        secondsBefore = closed.price() == null ? 0 : closed.secondsAfter(all);
        secondsInSlot = 0;
        late = 0;
    }

    Charged take(double part, long slot) {
        BusySeconds seconds =
                new BusySeconds(part * secondsBefore, part * secondsInSlot, part * late, slot);
        Charged taken = new Charged(part * joules, part * part * variance, seconds);
        subtract(taken);
        return taken;
    }

    /** Adds what was charged to somebody else. */
    void add(Charged charged) {
        joules += charged.joules();
        variance += charged.variance();
        secondsBefore += charged.seconds().before();
        secondsInSlot += charged.seconds().inSlot();
        late += charged.seconds().late();
    }

    private void subtract(Charged charged) {
        joules -= charged.joules();
        variance = Math.max(0, variance - charged.variance());
        secondsBefore -= charged.seconds().before();
        secondsInSlot -= charged.seconds().inSlot();
        late -= charged.seconds().late();
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
        return new BusySeconds(secondsBefore, secondsInSlot, late, slot);
    }
}
