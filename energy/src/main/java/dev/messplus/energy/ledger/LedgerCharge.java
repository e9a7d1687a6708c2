package dev.messplus.energy.ledger;

import java.util.concurrent.CompletableFuture;

/**
 * What a call that has ended is charged on one device: an estimate at once, and the joules of the
 * counter when it has moved.
 *
 * <p>Thread safe. What the ledger alone calls is guarded by the ledger, except {@link #complete},
 * which comes after all of it.
 */
public final class LedgerCharge {

    /**
     * Joules of a call.
     *
     * @param joules at least 0; {@code NaN} if not known
     * @param variance of the joules, in square joules; {@code NaN} if not known
     * @param settled whether the counter has shown them; otherwise they are extrapolated
     */
    public record Figure(double joules, double variance, boolean settled) {}

    /** Of a call during which the device could not be read. */
    static final LedgerCharge UNKNOWN =
            settled(new Charged(Double.NaN, Double.NaN, BusySeconds.NONE));

    private final Figure estimate;
    private final CompletableFuture<Figure> last = new CompletableFuture<>();

    /** Joules that are known, and their variance. */
    private double joules;

    private double variance;

    /** Busy seconds that the open step will price. */
    private BusySeconds unpriced;

    private boolean settled;

    /**
     * A charge that waits for a step; the estimates are {@code NaN} if nothing is known until then.
     */
    LedgerCharge(Charged charged, double estimatedJoules, double estimatedVariance) {
        this.joules = charged.joules();
        this.variance = charged.variance();
        this.unpriced = charged.seconds();
        this.estimate = figure(estimatedJoules, estimatedVariance, false);
    }

    /** A charge without seconds that wait for a step. */
    static LedgerCharge settled(Charged charged) {
        LedgerCharge charge = new LedgerCharge(charged, Double.NaN, Double.NaN);
        charge.settle();
        charge.complete();
        return charge;
    }

    /**
     * A charge that waits for a step.
     *
     * @param watts that its seconds probably cost
     * @param power knows how sure that is
     * @param unsureSeconds how many of its seconds may belong to the last step after all
     */
    static LedgerCharge extrapolated(
            Charged charged, double watts, PowerModel power, double unsureSeconds) {
        double seconds = charged.seconds().sum();
        return new LedgerCharge(
                charged,
                charged.joules() + watts * seconds,
                charged.variance()
                        + power.variance(seconds)
                        + power.boundaryVariance(unsureSeconds));
    }

    /** The best figure of now. */
    public Figure figure() {
        return last.getNow(estimate);
    }

    private static Figure figure(double joules, double variance, boolean settled) {
        double unexplained = LedgerConstants.UNEXPLAINED_DEVIATION * joules;
        return new Figure(joules, variance + unexplained * unexplained, settled);
    }

    /** Whether {@link #figure} will not change any more. */
    public boolean isSettled() {
        return last.isDone();
    }

    /** Completes with the last figure. */
    public CompletableFuture<Figure> settled() {
        return last;
    }

    double joules() {
        return joules;
    }

    Charged charged() {
        return new Charged(joules, variance, unpriced);
    }

    /**
     * Prices what waited for a step.
     *
     * @return whether nothing waits any more
     */
    boolean price(Step closed) {
        double after = closed.secondsAfter(unpriced);
        double seconds = unpriced.sum() - after;
        joules += closed.price().joules(seconds);
        variance += closed.price().variance(seconds);
        unpriced = after > 0 ? BusySeconds.before(after) : BusySeconds.NONE;
        return after <= 0;
    }

    /** The known joules are all. */
    void settle() {
        settled = true;
    }

    /** Nobody will ever know the joules. */
    void lose() {
        joules = Double.NaN;
        variance = Double.NaN;
        settled = true;
    }

    /** Completes {@link #settled}: the figure will not change any more. */
    void complete() {
        last.complete(settled ? figure(joules, variance, true) : estimate);
    }
}
