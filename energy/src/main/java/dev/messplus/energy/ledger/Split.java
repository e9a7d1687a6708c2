package dev.messplus.energy.ledger;

/**
 * Splits energy over the calls in flight. Energy that they use together goes into a pool; a call
 * that ends claims its share of the pool, and the last one claims all that is left. So no energy is
 * lost.
 *
 * <p>Not thread safe.
 */
abstract class Split {

    private int inFlight;
    private double poolJoules;
    private double othersJoules;

    /**
     * Begins a call.
     *
     * @return a mark that {@link #end} needs
     */
    abstract double begin(long nowNanos);

    /** Adds energy that was used while at least one call was in flight, in joules. */
    void charge(double joules) {
        poolJoules += joules;
    }

    /**
     * Ends a call.
     *
     * @param mark what {@link #begin} returned for it
     * @param durationNanos how long it was in flight
     * @param tokens weighted tokens of the call; {@code NaN} if not known
     * @return joules of the call
     */
    abstract double end(double mark, long nowNanos, long durationNanos, double tokens);

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

    /** Books joules as those of other clients. */
    final void bookToOthers(double joules) {
        othersJoules += joules;
    }

    /** Number of calls in flight. */
    final int inFlight() {
        return inFlight;
    }

    /** Energy that calls in flight have used so far, in joules. */
    final double poolJoules() {
        return poolJoules;
    }

    /** Energy of other clients, in joules. */
    final double othersJoules() {
        return othersJoules;
    }

    /**
     * Counts a call that begins.
     *
     * @return whether it is the only one
     */
    final boolean enter() {
        return inFlight++ == 0;
    }

    /** Counts a call that ends. */
    final void leave() {
        inFlight--;
    }

    /** Moves joules from the pool to other clients. */
    final void claimForOthers(double joules) {
        othersJoules += joules;
        poolJoules -= joules;
    }

    /** Takes joules out of the pool, or all of it after the last call. */
    final double claim(double joules) {
        double claimed = inFlight == 0 ? poolJoules : Math.max(0, Math.min(joules, poolJoules));
        poolJoules -= claimed;
        return claimed;
    }
}
