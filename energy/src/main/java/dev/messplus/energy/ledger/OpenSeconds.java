package dev.messplus.energy.ledger;

/** Busy or idle seconds of an open {@link Step}, as they grow. Not thread safe. */
final class OpenSeconds {

    /** Of the slots before the last one. */
    private double before;

    /** Of the last slot. */
    private double inSlot;

    /** Integral over these of the seconds since the slot began. */
    private double late;

    /**
     * Adds seconds of now.
     *
     * @param middle seconds from the begin of the slot to the middle of these
     */
    void pass(double seconds, double middle) {
        inSlot += seconds;
        late += seconds * middle;
    }

    /** The slot ends, and the step goes on. */
    void endSlot() {
        before += inSlot;
        inSlot = 0;
        late = 0;
    }

    /** The step ends, and with it all but the seconds that belong to the next step. */
    void endStep(double after) {
        before = after;
        inSlot = 0;
        late = 0;
    }

    /** Adds seconds, or takes them out if the sign is -1. */
    void add(BusySeconds seconds, int sign) {
        before += sign * seconds.before();
        inSlot += sign * seconds.inSlot();
        late += sign * seconds.late();
    }

    BusySeconds at(long slot) {
        return new BusySeconds(before, inSlot, late, slot);
    }
}
