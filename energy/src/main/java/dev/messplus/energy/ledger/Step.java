package dev.messplus.energy.ledger;

/**
 * The time between two movements of a counter. While it is open, nobody knows its energy. When the
 * counter moves, the step is closed, with a price for each second in which calls were in flight.
 *
 * <p>The counter moved at some moment between two readings, the last slot of the step, and it is
 * not known when. The later a second of that slot, the likelier it belongs to the next step: the
 * second is priced by both in that proportion.
 */
final class Step {

    /** Joules of what marks are on, before this step. */
    final Joules before;

    /** How many steps before this one have no price. */
    final int lostBefore;

    private boolean closed;
    private StepPrice price;
    private long lastSlot;

    /** 1 over the length of the last slot, in seconds; 0 if the counter moved at its end. */
    private double perLastSlot;

    private double runningSeconds;
    private Step next;

    private Step(Joules before, int lostBefore) {
        this.before = before;
        this.lostBefore = lostBefore;
    }

    static Step first() {
        return new Step(Joules.NONE, 0);
    }

    /** This open step, for a model that was not there before. */
    Step joined() {
        return new Step(Joules.NONE, lostBefore);
    }

    /**
     * Closes the step.
     *
     * @param stepPrice price of its busy seconds; {@code null} if nobody will ever know it
     * @param slotSeconds length of the last slot; infinite if the counter moved at its end, or if
     *     the step has no price
     * @param running what marks are on, before the step is priced
     */
    void close(StepPrice stepPrice, double slotSeconds, Amount running) {
        closed = true;
        price = stepPrice;
        lastSlot = running.seconds().slot();
        perLastSlot = 1 / slotSeconds;
        runningSeconds = secondsOf(running.seconds());
        next =
                new Step(
                        running.known().plus(joules(runningSeconds)),
                        stepPrice == null ? lostBefore + 1 : lostBefore);
    }

    boolean isClosed() {
        return closed;
    }

    Step next() {
        return next;
    }

    /** The price of this closed step; {@code null} if it has none. */
    StepPrice price() {
        return price;
    }

    /** Busy seconds in this closed step of what marks are on. */
    double runningSeconds() {
        return runningSeconds;
    }

    /** Joules of busy seconds of this closed step; none if it has no price. */
    Joules joules(double seconds) {
        return price == null ? Joules.NONE : price.joules(seconds);
    }

    /** The part of an amount of busy seconds that belongs to this closed step. */
    double secondsOf(BusySeconds seconds) {
        return seconds.sum() - secondsAfter(seconds);
    }

    /** The part of it that belongs to the next step. */
    double secondsAfter(BusySeconds seconds) {
        return seconds.slot() == lastSlot ? seconds.late() * perLastSlot : 0;
    }
}
