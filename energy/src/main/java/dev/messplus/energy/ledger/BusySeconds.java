package dev.messplus.energy.ledger;

/**
 * Busy seconds of an open {@link Step}, as of some moment: seconds in which at least one call was
 * in flight, or a share of them.
 *
 * @param before those of the step's slots before the one of that moment, at least 0
 * @param inSlot those of that slot, at least 0
 * @param slot number of that slot
 */
record BusySeconds(double before, double inSlot, long slot) {

    double sum() {
        return before + inSlot;
    }

    BusySeconds times(double factor) {
        return new BusySeconds(factor * before, factor * inSlot, slot);
    }
}
