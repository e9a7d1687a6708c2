package dev.messplus.energy.ledger;

import java.util.concurrent.CompletableFuture;

/**
 * What a call that has ended is charged on one device: an estimate at once, and the joules of the
 * counter when it has moved.
 *
 * <p>Thread safe. What the ledger alone calls is guarded by the ledger, except {@link #tell}, which
 * comes after all of it.
 */
public final class LedgerCharge {

    /**
     * Joules of a call.
     *
     * @param joules at least 0; {@code NaN} if not known
     * @param variance of the joules, in square joules; {@code NaN} if not known
     * @param settled whether the counter has told them; otherwise they are extrapolated
     */
    public record Figure(double joules, double variance, boolean settled) {}

    /** Of a call during which the device could not be read. */
    static final LedgerCharge UNKNOWN =
            settled(new Charged(Double.NaN, Double.NaN, BusySeconds.NONE));

    private final double estimatedJoules;
    private final double estimatedVariance;

    /** Joules that are known, and their variance. They do not change once {@link #told} is set. */
    private double joules;

    private double variance;

    /** Busy seconds that the open step will price. */
    private BusySeconds unpriced;

    private boolean settled;

    /** Whether the figure of now is the last one. */
    private volatile boolean told;

    /** {@code null} until somebody asks for it. */
    private volatile CompletableFuture<Figure> asked;

    private LedgerCharge(Charged charged, double estimatedJoules, double estimatedVariance) {
        this.joules = charged.joules();
        this.variance = charged.variance();
        this.unpriced = charged.seconds();
        this.estimatedJoules = estimatedJoules;
        this.estimatedVariance = estimatedVariance;
    }

    /** A charge without seconds that wait for a step. */
    static LedgerCharge settled(Charged charged) {
        LedgerCharge charge = new LedgerCharge(charged, Double.NaN, Double.NaN);
        charge.settle();
        charge.tell();
        return charge;
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
        return new LedgerCharge(
                charged,
                charged.joules() + watts * seconds,
                charged.variance()
                        + power.variance(seconds)
                        + power.boundaryVariance(unsureSeconds));
    }

    /** A charge that waits for a step, and that nothing is known of until then. */
    static LedgerCharge unknownYet(Charged charged) {
        return new LedgerCharge(charged, Double.NaN, Double.NaN);
    }

    /** The best figure of now. */
    public Figure figure() {
        return told && settled
                ? figure(joules, variance, true)
                : figure(estimatedJoules, estimatedVariance, false);
    }

    private static Figure figure(double joules, double variance, boolean settled) {
        double unexplained = Priors.UNEXPLAINED_DEVIATION * joules;
        return new Figure(joules, variance + unexplained * unexplained, settled);
    }

    /** Whether {@link #figure} will not change any more. */
    public boolean isSettled() {
        return told;
    }

    /** Completes with the last figure. */
    public CompletableFuture<Figure> settled() {
        if (asked == null) {
            ask();
        }
        // This sets asked before it reads told, and tell() sets told before it reads asked. So at
        // least one of them completes the future.
        if (told) {
            asked.complete(figure());
        }
        return asked;
    }

    private synchronized void ask() {
        if (asked == null) {
            asked = new CompletableFuture<>();
        }
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

    /** Tells whoever asked that the figure will not change any more. */
    void tell() {
        told = true;
        CompletableFuture<Figure> future = asked;
        if (future != null) {
            future.complete(figure());
        }
    }
}
