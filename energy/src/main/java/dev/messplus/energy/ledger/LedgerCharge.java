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

    /** Of a call during which the device could not be read. */
    static final LedgerCharge UNKNOWN = new LedgerCharge();

    private final CompletableFuture<Figure> settled = new CompletableFuture<>();
    private Charged charged;
    private volatile Figure figure;

    private LedgerCharge() {
        figure = Figure.LOST;
        settled.complete(figure);
    }

    private LedgerCharge(Charged charged, Figure figure) {
        this.charged = charged;
        this.figure = figure;
    }

    /**
     * A charge that waits for its step, if it has seconds without a price.
     *
     * @param power extrapolates them until then; {@code null} if nothing can
     */
    static LedgerCharge of(Charged charged, PowerModel power) {
        double joules = charged.joules();
        double variance = charged.variance();
        double seconds = charged.seconds().sum();
        if (seconds > 0) {
            joules += power == null ? Double.NaN : power.busyWatts() * seconds;
            variance += power == null ? Double.NaN : power.variance(seconds);
        }
        return new LedgerCharge(charged, new Figure(joules, variance, false));
    }

    /** The best figure of now. */
    public Figure figure() {
        return figure;
    }

    /** Completes with the last figure. */
    public CompletableFuture<Figure> settled() {
        return settled;
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
        charged = charged.priced(closed);
        return charged.seconds().sum() <= 0;
    }

    void settle() {
        figure = new Figure(charged.joules(), charged.variance(), true);
    }

    /** Nobody waits for the step any more. */
    void settleAsItIs() {
        charged = null;
    }

    void lose() {
        figure = Figure.LOST;
    }

    /** Completes {@link #settled}. */
    void tell() {
        settled.complete(figure);
    }
}
