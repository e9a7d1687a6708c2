package dev.messplus.energy.ledger;

/** The idle and busy seconds of the open step. Not thread safe. */
final class StepTime {

    private final OpenSeconds idle = new OpenSeconds();
    private final OpenSeconds busy = new OpenSeconds();

    /** Square of the busy seconds of the slot in which the last step ended, if it is shared. */
    private double unsureSquare;

    /**
     * Adds seconds of now.
     *
     * @param middle seconds from the begin of the slot to the middle of these
     */
    void pass(double seconds, double middle, boolean isBusy) {
        (isBusy ? busy : idle).pass(seconds, middle);
    }

    /** The slot ends, and the step goes on. */
    void endSlot() {
        idle.endSlot();
        busy.endSlot();
    }

    /**
     * The step ends.
     *
     * @param joules what the counter moved
     * @param slotSeconds length of the last slot; infinite if the counter moved at its end
     */
    StepMeasurement end(double joules, double slotSeconds) {
        BusySeconds busySeconds = busy.at(0);
        BusySeconds idleSeconds = idle.at(0);
        double inSlot = slotSeconds == Double.POSITIVE_INFINITY ? 0 : busySeconds.inSlot();
        double busyAfter = busySeconds.late() / slotSeconds;
        double idleAfter = idleSeconds.late() / slotSeconds;
        StepMeasurement step =
                new StepMeasurement(
                        joules,
                        Math.max(0, idleSeconds.sum() - idleAfter),
                        Math.max(0, busySeconds.sum() - busyAfter),
                        unsureSquare + inSlot * inSlot);
        busy.endStep(busyAfter);
        idle.endStep(idleAfter);
        unsureSquare = inSlot * inSlot;
        return step;
    }

    void makeIdle(BusySeconds seconds) {
        busy.add(seconds, -1);
        idle.add(seconds, 1);
    }

    void clear() {
        busy.endStep(0);
        idle.endStep(0);
        unsureSquare = 0;
    }
}
