package dev.messplus.energy.ledger;

/** The idle and busy seconds of the open step. Not thread safe. */
final class StepTime {

    /** Of the slots before the last one. */
    private double idleBefore;

    private double busyBefore;

    /** Of the last slot. */
    private double idleInSlot;

    private double busyInSlot;

    /** Integrals over these of the seconds since the slot began. */
    private double idleLate;

    private double busyLate;

    /** Square of the busy seconds of the slot in which the last step ended, if it is shared. */
    private double unsureSquare;

    /**
     * Adds seconds of now.
     *
     * @param middle seconds from the begin of the slot to the middle of these
     */
    void pass(double seconds, double middle, boolean busy) {
        if (busy) {
            busyInSlot += seconds;
            busyLate += seconds * middle;
        } else {
            idleInSlot += seconds;
            idleLate += seconds * middle;
        }
    }

    /** The slot ends, and the step goes on. */
    void endSlot() {
        idleBefore += idleInSlot;
        busyBefore += busyInSlot;
        clearSlot();
    }

    /**
     * The step ends.
     *
     * @param joules what the counter moved
     * @param slotSeconds length of the last slot; infinite if the counter moved at its end
     */
    StepMeasurement end(double joules, double slotSeconds) {
        double square = slotSeconds == Double.POSITIVE_INFINITY ? 0 : busyInSlot * busyInSlot;
        double idleAfter = idleLate / slotSeconds;
        double busyAfter = busyLate / slotSeconds;
        StepMeasurement step =
                new StepMeasurement(
                        joules,
                        Math.max(0, idleBefore + idleInSlot - idleAfter),
                        Math.max(0, busyBefore + busyInSlot - busyAfter),
                        unsureSquare + square);
        idleBefore = idleAfter;
        busyBefore = busyAfter;
        unsureSquare = square;
        clearSlot();
        return step;
    }

    void makeIdle(BusySeconds seconds) {
        busyBefore -= seconds.before();
        idleBefore += seconds.before();
        busyInSlot -= seconds.inSlot();
        idleInSlot += seconds.inSlot();
        busyLate -= seconds.late();
        idleLate += seconds.late();
    }

    void clear() {
        idleBefore = 0;
        busyBefore = 0;
        unsureSquare = 0;
        clearSlot();
    }

    private void clearSlot() {
        idleInSlot = 0;
        busyInSlot = 0;
        idleLate = 0;
        busyLate = 0;
    }
}
