package dev.messplus.energy.ledger;

/** The idle and busy seconds of the open step. Not thread safe. */
final class StepTime {

    /** Of the slots before the last one. */
    private double idleBefore;

    private double busyBefore;

    /** Of the last slot. */
    private double idleInSlot;

    private double busyInSlot;

    /** Square of the busy seconds of the slot in which the last step ended, if it is shared. */
    private double unsureSquare;

    void pass(double seconds, boolean busy) {
        if (busy) {
            busyInSlot += seconds;
        } else {
            idleInSlot += seconds;
        }
    }

    /** The slot ends, and the step goes on. */
    void endSlot() {
        idleBefore += idleInSlot;
        busyBefore += busyInSlot;
        idleInSlot = 0;
        busyInSlot = 0;
    }

    /**
     * The step ends.
     *
     * @param joules what the counter moved
     * @param slotShare part of the last slot that belongs to the step
     */
    StepMeasurement end(double joules, double slotShare) {
        double square = slotShare < 1 ? busyInSlot * busyInSlot : 0;
        StepMeasurement step =
                new StepMeasurement(
                        joules,
                        idleBefore + slotShare * idleInSlot,
                        Math.max(0, busyBefore + slotShare * busyInSlot),
                        unsureSquare + square);
        idleBefore = (1 - slotShare) * idleInSlot;
        busyBefore = (1 - slotShare) * busyInSlot;
        idleInSlot = 0;
        busyInSlot = 0;
        unsureSquare = square;
        return step;
    }

    /** Counts busy seconds as idle ones. */
    void makeIdle(BusySeconds seconds) {
        busyBefore -= seconds.before();
        idleBefore += seconds.before();
        busyInSlot -= seconds.inSlot();
        idleInSlot += seconds.inSlot();
    }

    /** Forgets the step. */
    void clear() {
        idleBefore = 0;
        busyBefore = 0;
        idleInSlot = 0;
        busyInSlot = 0;
        unsureSquare = 0;
    }
}
