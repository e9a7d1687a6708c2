package dev.messplus.energy.ledger;

/**
 * Busy seconds of an open {@link Step}, as of some moment: seconds in which at least one call was
 * in flight, or a share of them.
 *
 * @param before those of the step's slots before the one of that moment, at least 0
 * @param inSlot those of that slot, at least 0
 * @param late integral over those of that slot of the seconds since the slot began, at least 0
 * @param slot number of that slot, from 0; -1 for one that has ended
 */
record BusySeconds(double before, double inSlot, double late, long slot) {

    static final BusySeconds NONE = new BusySeconds(0, 0, 0, 0);

    /** Seconds that came before any slot that is open. */
    static BusySeconds before(double seconds) {
        return new BusySeconds(seconds, 0, 0, -1);
    }

    double sum() {
        return before + inSlot;
    }

    /**
     * Adds seconds of now.
     *
     * @param middle seconds from the begin of the slot to the middle of these
     */
    BusySeconds pass(double seconds, double middle) {
        return new BusySeconds(before, inSlot + seconds, late + seconds * middle, slot);
    }

    /** The slot ends, and the step goes on. */
    BusySeconds endSlot() {
        return endStep(sum());
    }

    /** The slot ends, and the step with it; of all seconds, some belong to the next step. */
    BusySeconds endStep(double after) {
        return new BusySeconds(after, 0, 0, slot + 1);
    }

    /** Adds seconds of the same step and slot, or takes them out if the sign is -1. */
    BusySeconds plus(BusySeconds other, int sign) {
        return new BusySeconds(
                before + sign * other.before,
                inSlot + sign * other.inSlot,
                late + sign * other.late,
                slot);
    }

    BusySeconds times(double factor) {
        return new BusySeconds(factor * before, factor * inSlot, factor * late, slot);
    }

    /** What came after an earlier moment of the same step. */
    BusySeconds since(BusySeconds earlier) {
        return earlier.slot == slot
                ? plus(earlier, -1)
                : new BusySeconds(before - earlier.sum(), inSlot, late, slot);
    }
}
