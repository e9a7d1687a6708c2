package dev.messplus.energy.ledger;

/**
 * Splits the busy seconds of a device, in which at least one call is in flight, over the calls. The
 * shares of all calls add up to all busy seconds, so that no energy is lost once the steps of the
 * counter price them.
 *
 * <p>Calls of other JVMs, which ledgers of their own charge, come first: at every moment, all calls
 * on the device have an even share, and what is left by theirs is split over the calls in flight
 * here.
 *
 * <p>Not thread safe.
 */
abstract class Split {

    /** What grows while calls are in flight: all marks are on it. */
    final Amount running = new Amount();

    /** What other clients of the model servers used, and calls of other JVMs. */
    final Amount others = new Amount();

    private int inFlight;
    private int inFlightElsewhere;

    /** Busy seconds of the open step with calls in flight here. */
    private BusySeconds busy = BusySeconds.NONE;

    /** The same when it was last certain how they are split. */
    private BusySeconds busyBefore = BusySeconds.NONE;

    /** {@link #ownShare} of the seconds since. */
    private double sharePassed;

    private Step open = Step.first();

    /**
     * Begins a call.
     *
     * @param work what is expected of it
     * @return a mark that {@link #end} needs
     */
    abstract Mark begin(long nowNanos, ExpectedWork work);

    /**
     * Adds seconds in which {@linkplain #isBusy at least one call} was in flight.
     *
     * @param middle seconds from the begin of the slot to the middle of these
     */
    final void pass(double seconds, double middle) {
        double share = ownShare();
        if (inFlight > 0) {
            passOwn(share * seconds, middle);
            busy = busy.pass(seconds, middle);
            sharePassed = share;
        }
        if (share < 1) {
            others.pass((1 - share) * seconds, middle);
        }
    }

    /** Adds seconds that the calls in flight here have for themselves. */
    abstract void passOwn(double seconds, double middle);

    /** The part of the busy seconds of now that is split over the calls in flight here. */
    double ownShare() {
        return inFlight / (double) (inFlight + inFlightElsewhere);
    }

    /** The slot ends, and the step goes on. */
    final void endSlot() {
        busy = busy.endSlot();
        running.endSlot();
        others.endSlot();
    }

    /**
     * The slot ends, and the step with it.
     *
     * @param price price of the step's busy seconds; {@code null} if nobody will ever know it
     * @param slotSeconds length of the slot; infinite if the counter moved at its end
     * @return the closed step
     */
    final Step endStep(StepPrice price, double slotSeconds) {
        Step closing = open;
        closing.close(price, slotSeconds, running);
        busy = busy.endStep(closing.secondsAfter(busy));
        busyBefore = busy;
        running.price(closing);
        others.price(closing);
        open = closing.next();
        return closing;
    }

    /**
     * Ends a call.
     *
     * @param mark what {@link #begin} returned for it
     * @param work what it was
     * @return what the call is charged
     */
    abstract Charged end(Mark mark, long nowNanos, Work work);

    /** Gives back what nobody is to be charged for, to the calls in flight, at least one. */
    abstract void giveBack(Charged charged);

    /**
     * Adds what the model servers on the device have counted since the last time.
     *
     * @param tokens weighted tokens of all clients
     * @param countedAsProduced whether the servers count a token when it is produced, not when the
     *     answer is done
     * @return whether some of the tokens were those of other clients
     */
    boolean tokensServed(double tokens, boolean countedAsProduced, long nowNanos) {
        return false;
    }

    /** Takes the known joules of other clients that came since the last time. */
    final double takeOthersJoules() {
        return others.takeJoules();
    }

    final int inFlight() {
        return inFlight;
    }

    /**
     * Other JVMs have so many calls in flight on the device, and probably have had them for a
     * while. So what has passed of the step since a call last began or ended here, or since this
     * was last called, is split anew.
     */
    final void inFlightElsewhere(int calls) {
        inFlightElsewhere = calls;
        if (inFlight > 0) {
            BusySeconds more = busy.since(busyBefore).times(ownShare() - sharePassed);
            giveBack(new Charged(Joules.NONE, more));
            others.add(new Charged(Joules.NONE, more.times(-1)));
        }
        busyBefore = busy;
    }

    /** Whether a call of whichever JVM is in flight. */
    final boolean isBusy() {
        return inFlight > 0 || inFlightElsewhere > 0;
    }

    final Step openStep() {
        return open;
    }

    /**
     * Counts a call that begins.
     *
     * @return whether it is the only one
     */
    final boolean enter() {
        busyBefore = busy;
        return inFlight++ == 0;
    }

    final void leave() {
        busyBefore = busy;
        inFlight--;
    }
}
