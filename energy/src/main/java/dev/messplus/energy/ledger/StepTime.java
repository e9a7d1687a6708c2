package dev.messplus.energy.ledger;

/** The idle and busy seconds of the open step. Not thread safe. */
final class StepTime {

    private BusySeconds idle = BusySeconds.NONE;
    private BusySeconds busy = BusySeconds.NONE;

    /** Square of the busy seconds of the slot in which the last step ended, if it is shared. */
    private double unsureSquare;

    /** {@link BusySeconds#pass}. */
    void pass(double seconds, double middle, boolean isBusy) {
        if (isBusy) {
            busy = busy.pass(seconds, middle);
        } else {
            idle = idle.pass(seconds, middle);
        }
    }

    /** The slot ends, and the step goes on. */
    void endSlot() {
        idle = idle.endSlot();
        busy = busy.endSlot();
    }

    /**
     * The step ends.
     *
     * @param joules what the counter moved
     * @param slotSeconds length of the last slot; infinite if the counter moved at its end
     */
    StepMeasurement end(double joules, double slotSeconds) {
        double inSlot = slotSeconds == Double.POSITIVE_INFINITY ? 0 : busy.inSlot();
        double busyAfter = busy.late() / slotSeconds;
        double idleAfter = idle.late() / slotSeconds;
        StepMeasurement step =
                new StepMeasurement(
                        joules,
                        Math.max(0, idle.sum() - idleAfter),
                        Math.max(0, busy.sum() - busyAfter),
                        unsureSquare + inSlot * inSlot);
        busy = busy.endStep(busyAfter);
        idle = idle.endStep(idleAfter);
        unsureSquare = inSlot * inSlot;
        return step;
    }

    void makeIdle(BusySeconds seconds) {
        busy = busy.plus(seconds, -1);
        idle = idle.plus(seconds, 1);
    }

    void clear() {
        busy = busy.endStep(0);
        idle = idle.endStep(0);
        unsureSquare = 0;
    }
}
