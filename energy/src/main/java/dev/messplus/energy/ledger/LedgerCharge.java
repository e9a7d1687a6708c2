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
     * @param idleJoules those among them that the device would have drawn without any call, at
     *     least 0; {@code NaN} if {@code joules} are
     * @param variance of the joules, in square joules; {@code NaN} if not known
     * @param settled whether the counter has shown them; otherwise they are extrapolated
     */
    public record Figure(double joules, double idleJoules, double variance, boolean settled) {}

    private static final Joules NOT_KNOWN = new Joules(Double.NaN, Double.NaN, Double.NaN);

    /** Of a call during which the device could not be read. */
    static final LedgerCharge UNKNOWN = settled(new Charged(NOT_KNOWN, BusySeconds.NONE), 0);

    private final Figure estimate;
    private final CompletableFuture<Figure> last = new CompletableFuture<>();

    private Charged charged;

    /** Variance by {@link SplitDoubt}, as a part of the joules squared. */
    private final double doubt;

    private boolean settled;

    private LedgerCharge(Charged charged, double doubt, Joules estimate) {
        this.charged = charged;
        this.doubt = doubt;
        this.estimate = figure(estimate, false);
    }

    /** A charge that waits for a step, of which nothing is known until then. */
    static LedgerCharge waiting(Charged charged, double doubt) {
        return new LedgerCharge(charged, doubt, NOT_KNOWN);
    }

    /** A charge without seconds that wait for a step. */
    static LedgerCharge settled(Charged charged, double doubt) {
        LedgerCharge charge = waiting(charged, doubt);
        charge.settle();
        charge.complete();
        return charge;
    }

    /**
     * A charge that waits for a step.
     *
     * @param doubt of its split, {@link SplitDoubt#end}
     * @param watts that its seconds probably cost
     * @param power knows how sure that is
     * @param unsureSeconds how many of its seconds may belong to the last step after all
     */
    static LedgerCharge extrapolated(
            Charged charged, double doubt, Watts watts, PowerModel power, double unsureSeconds) {
        double seconds = charged.seconds().sum();
        Joules expected =
                new Joules(
                        watts.total() * seconds,
                        watts.idle() * seconds,
                        power.variance(seconds) + power.boundaryVariance(unsureSeconds));
        return new LedgerCharge(charged, doubt, charged.known().plus(expected));
    }

    /** The best figure of now. */
    public Figure figure() {
        return last.getNow(estimate);
    }

    private Figure figure(Joules joules, boolean settled) {
        double unexplained = LedgerConstants.UNEXPLAINED_DEVIATION;
        double relative = unexplained * unexplained + doubt;
        return new Figure(
                joules.total(),
                Math.max(0, Math.min(joules.idle(), joules.total())),
                joules.variance() + relative * joules.total() * joules.total(),
                settled);
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
        return charged.joules();
    }

    Charged charged() {
        return charged;
    }

    /**
     * Prices what waited for a step.
     *
     * @return whether nothing waits any more
     */
    boolean price(Step closed) {
        charged = charged.price(closed);
        return charged.seconds().sum() <= 0;
    }

    /** The known joules are all. */
    void settle() {
        settled = true;
    }

    /** Nobody will ever know the joules. */
    void lose() {
        charged = new Charged(NOT_KNOWN, BusySeconds.NONE);
        settled = true;
    }

    /** Completes {@link #settled}: the figure will not change any more. */
    void complete() {
        last.complete(settled ? figure(charged.known(), true) : estimate);
    }
}
