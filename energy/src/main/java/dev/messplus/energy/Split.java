package dev.messplus.energy;

/**
 * Splits energy over the calls in flight. What was charged to them is in a pool until they end and
 * claim their part; the last one to end takes what is left, so nothing is lost between them.
 *
 * <p>Not thread safe.
 */
abstract class Split {

    /** Calls in flight. */
    int inFlight;

    /** What calls in flight have taken so far, in joules. */
    double poolJoules;

    /** What turned out to be of others, in joules; for the ledger to take. */
    double othersJoules;

    /**
     * A call begins.
     *
     * @return what {@link #end} is to be given of it
     */
    abstract double begin(long nowNanos);

    /** Joules were used while at least one call was in flight. */
    abstract void charge(double joules);

    /**
     * A call ends.
     *
     * @param mark what its beginning gave
     * @param durationNanos how long it was in flight
     * @param tokens what it took, weighted; {@code NaN} if unknown
     * @return joules of it
     */
    abstract double end(double mark, long nowNanos, long durationNanos, double tokens);

    /**
     * Others and we took so many tokens, weighted, as the model server counts.
     *
     * @param asTheyCome whether it counts tokens as they come, or all once an answer is done
     * @return whether some of them were of others
     */
    boolean tokensServed(double tokens, boolean asTheyCome, long nowNanos) {
        return false;
    }

    /** Takes a part of the pool, all of it if this was the last call. */
    final double claim(double joules) {
        double claimed = inFlight == 0 ? poolJoules : Math.max(0, Math.min(joules, poolJoules));
        poolJoules -= claimed;
        return claimed;
    }
}
