package dev.messplus.infer.admission.limit;

/**
 * The limit by a server's own queue: the ratio of waiting to work is to be {@link #WANTED}. Where
 * calls wait for a slot, {@code n} of them on {@code s} slots wait for {@code n / s - 1} of their
 * work, so that one step could find the limit; a root of it is taken, against noise.
 */
final class QueueRule {

    /**
     * Waiting divided by work, of calls or of time, which by Little's law is the same. Without a
     * queue that is wanted, a free slot would wait for the next call, and more slots stay unseen.
     */
    private static final double WANTED = 0.1;

    /** Power of each step: 1 follows the noise of every round, 0 stands still. */
    private static final double DAMPING = 0.5;

    /**
     * Rounds that raise before each one doubles, as at the start: 1.6 times the limit. Without it,
     * a server that has become ten times larger would be full after 50 rounds, not after 14.
     */
    private static final int QUIET_ROUNDS = 10;

    private int raises = QUIET_ROUNDS;

    /** Whether the next round without a queue doubles the limit. */
    boolean doubles() {
        return raises >= QUIET_ROUNDS;
    }

    /**
     * The limit after a round.
     *
     * @param limit until now
     * @param waiting in the server, divided by the work
     * @param full whether the limit was in use; if not, it is hardly known whether it is right
     */
    double next(double limit, double waiting, boolean full) {
        if (!full) {
            return limit;
        }
        boolean quiet = waiting <= WANTED;
        if (quiet && doubles()) {
            return 2 * limit;
        }
        raises = quiet ? raises + 1 : 0;
        return limit * Math.pow((1 + WANTED) / (1 + waiting), DAMPING);
    }

    /** The limit was lowered, by this rule or by another. */
    void lowered() {
        raises = 0;
    }
}
