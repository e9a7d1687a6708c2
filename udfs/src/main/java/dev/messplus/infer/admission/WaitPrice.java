package dev.messplus.infer.admission;

/**
 * What it costs that a request waits, in joules: the term omega_m s_m beside E_m - lambda A_m
 * (Neely, "Stochastic Network Optimization", 2010, chapter 4: the backlog of a server enters the
 * objective as the promise does).
 *
 * <p>A wait is measured in mean calls, so that nobody has to know how long the calls of a zoo take,
 * and priced in answers, so that nobody has to know its joules:
 *
 * <pre>
 *   cost = E x / (PATIENCE - x),   x = wait / mean call;   no bound from x = PATIENCE on
 * </pre>
 *
 * A short wait costs next to nothing, so that a backlog waits for the model that the rule prefers.
 * A long one costs more than any model: a request does not wait for a model that hangs.
 *
 * <p>Any thread may use this.
 */
final class WaitPrice {

    /**
     * For how many mean calls a request waits at most while another model has a place. The queue of
     * a busy model is a few calls long, see {@link Admission#credits}, which costs a tenth of an
     * answer. Without this bound, a model that hangs fills the room, and the job stops reading.
     */
    static final double PATIENCE = 32;

    /** Weight of a call in the mean, as of a round-trip time in TCP (RFC 6298). */
    private static final double GAIN = 1.0 / 8;

    private volatile double meanCallNanos;

    /** A call of any model was answered after {@code nanos}. */
    synchronized void answered(long nanos) {
        meanCallNanos = mean(meanCallNanos, nanos);
    }

    /** The next value of a moving mean of durations; {@code mean} is 0 before the first. */
    static double mean(double mean, long nanos) {
        return mean == 0 ? nanos : mean + GAIN * (nanos - mean);
    }

    /** Mean duration of a call, in nanoseconds; 0 before the first answer. */
    double meanCallNanos() {
        return meanCallNanos;
    }

    /** Whether a wait costs more than any model. */
    boolean isTooLong(double nanos) {
        return meanCallNanos > 0 && nanos >= PATIENCE * meanCallNanos;
    }

    /**
     * The cost of a wait.
     *
     * @param nanos how long it is, in nanoseconds
     * @param answerJoules what the answer of the model takes that is waited for; {@code NaN} if
     *     unknown
     * @return the cost in joules, up to {@link Double#POSITIVE_INFINITY}; 0 before the first answer
     */
    double joules(double nanos, double answerJoules) {
        if (nanos == 0 || meanCallNanos == 0) {
            return 0;
        }
        if (isTooLong(nanos)) {
            return Double.POSITIVE_INFINITY;
        }
        double calls = nanos / meanCallNanos;
        return Double.isNaN(answerJoules) ? 0 : answerJoules * calls / (PATIENCE - calls);
    }
}
