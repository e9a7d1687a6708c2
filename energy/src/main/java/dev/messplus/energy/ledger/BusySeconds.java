package dev.messplus.energy.ledger;

/**
 * Busy seconds of an open {@link Step}, as of some moment: seconds in which at least one call was
 * in flight, or a share of them.
 *
 * @param before those of the step's slots before the one of that moment, at least 0
 * @param inSlot those of that slot, at least 0
 * @param late integral over those of that slot of the seconds since the slot began, at least 0
 * @param slot number of that slot
 */
record BusySeconds(double before, double inSlot, double late, long slot) {

    static final BusySeconds NONE = before(0);

    /** Seconds that came before any slot that is open. */
    static BusySeconds before(double seconds) {
        return new BusySeconds(seconds, 0, 0, -1);
    }

    double sum() {
        return before + inSlot;
    }

    BusySeconds times(double factor) {
        return new BusySeconds(factor * before, factor * inSlot, factor * late, slot);
    }

    /** What came after an earlier moment of the same step. */
    BusySeconds since(BusySeconds earlier) {
        return earlier.slot == slot
                ? new BusySeconds(
                        before - earlier.before, inSlot - earlier.inSlot, late - earlier.late, slot)
                : new BusySeconds(before - earlier.sum(), inSlot, late, slot);
    }
}
