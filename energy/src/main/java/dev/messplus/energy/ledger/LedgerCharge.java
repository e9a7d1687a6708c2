package dev.messplus.energy.ledger;

import java.util.concurrent.CompletableFuture;

/**
 * What a call that has ended is charged on one device: a figure at once, and a better one when the
 * counter of the device has moved.
 *
 * <p>Thread safe.
 */
public final class LedgerCharge {

    /**
     * Joules of a call.
     *
     * @param joules at least 0; {@code NaN} if not known
     * @param variance of the joules, in square joules; {@code NaN} if not known
     * @param settled whether the counter has told them; otherwise they are extrapolated
     */
    public record Figure(double joules, double variance, boolean settled) {

        private static final Figure LOST = new Figure(Double.NaN, Double.NaN, true);
    }

    /**
     * Relative deviation of all that the variance leaves out: neighbors at the boundaries of steps,
     * late readings. Without it, a call that had a device for itself would seem to be exact. The
     * accuracy of the sensor is not in it, as it is the same for all calls.
     */
    private static final double UNEXPLAINED = 0.01;

    /** Of a call during which the device could not be read. */
    static final LedgerCharge UNKNOWN = new LedgerCharge(Charged.NOTHING, Figure.LOST);

    private final Figure estimate;

    /** {@code null} until it has been told. */
    private volatile Figure last;

    /** {@code null} until somebody asks for it. */
    private volatile CompletableFuture<Figure> settled;

    /** Joules that are known, and their variance. */
    private double joules;

    private double variance;

    /** Busy seconds that the open step will price. */
    private BusySeconds unpriced;

    /** What is to be told. */
    private Figure next;

    private LedgerCharge(Charged charged, Figure figure) {
        this.joules = charged.joules();
        this.variance = charged.variance();
        this.unpriced = charged.seconds();
        this.estimate = figure;
        this.next = figure;
        if (figure.settled()) {
            this.last = figure;
        }
    }

    /** A charge without seconds that wait for a step. */
    static LedgerCharge settled(Charged charged) {
        return new LedgerCharge(charged, known(charged.joules(), charged.variance()));
    }

    /**
     * A charge that waits for a step.
     *
     * @param watts that its seconds probably cost
     * @param power tells how sure that is
     * @param unsureSeconds how many of its seconds may belong to the last step after all
     */
    static LedgerCharge extrapolated(
            Charged charged, double watts, PowerModel power, double unsureSeconds) {
        double seconds = charged.seconds().sum();
        double joules = charged.joules() + watts * seconds;
        double variance =
                charged.variance()
                        + unexplained(joules)
                        + power.variance(seconds)
                        + power.boundaryVariance(unsureSeconds);
        return new LedgerCharge(charged, new Figure(joules, variance, false));
    }

    /** A charge that waits for a step, and that nothing is known of until then. */
    static LedgerCharge unknownYet(Charged charged) {
        return new LedgerCharge(charged, new Figure(Double.NaN, Double.NaN, false));
    }

    private static Figure known(double joules, double variance) {
        return new Figure(joules, variance + unexplained(joules), true);
    }

    private static double unexplained(double joules) {
        double deviation = UNEXPLAINED * joules;
        return deviation * deviation;
    }

    /** The best figure of now. */
    public Figure figure() {
        Figure known = last;
        return known == null ? estimate : known;
    }

    /** Whether {@link #figure} is the last one. */
    public boolean isSettled() {
        return last != null;
    }

    /** Completes with the last figure. */
    public CompletableFuture<Figure> settled() {
        CompletableFuture<Figure> asked = settled;
        if (asked == null) {
            asked = ask();
        }
        // Asked first and looked then, as tell() writes first and looks then: one of them sees.
        Figure known = last;
        if (known != null) {
            asked.complete(known);
        }
        return asked;
    }

    private synchronized CompletableFuture<Figure> ask() {
        if (settled == null) {
            settled = new CompletableFuture<>();
        }
        return settled;
    }

    /** Joules that are known. */
    double joules() {
        return joules;
    }

    /** What is charged now. */
    Charged charged() {
        return new Charged(joules, variance, unpriced);
    }

    /**
     * Prices what waited for a step.
     *
     * @return whether nothing waits any more
     */
    boolean price(Step closed) {
        double seconds = closed.secondsOf(unpriced);
        joules += closed.price().joules(seconds);
        variance += closed.price().variance(seconds);
        double after = closed.secondsAfter(unpriced);
        unpriced = after > 0 ? BusySeconds.before(after) : BusySeconds.NONE;
        return after <= 0;
    }

    void settle() {
        next = known(joules, variance);
    }

    void lose() {
        next = Figure.LOST;
    }

    /** Tells whoever asked that the figure will not change any more. */
    void tell() {
        last = next;
        CompletableFuture<Figure> asked = settled;
        if (asked != null) {
            asked.complete(next);
        }
    }
}
