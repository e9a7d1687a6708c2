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
    private static final double UNEXPLAINED = 0.005;

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

    /** A charge without seconds that wait for a step. */
    static LedgerCharge settled(Charged charged) {
        return new LedgerCharge(
                charged, new Figure(charged.joules(), variance(charged, charged.joules()), true));
    }

    /**
     * A charge that waits for a step.
     *
     * @param power extrapolates its seconds until then
     * @param unsureSeconds how many of its seconds may belong to the last step after all
     */
    static LedgerCharge extrapolated(Charged charged, PowerModel power, double unsureSeconds) {
        double seconds = charged.seconds().sum();
        double joules = charged.joules() + power.busyWatts() * seconds;
        double variance =
                variance(charged, joules)
                        + power.variance(seconds)
                        + power.boundaryVariance(unsureSeconds);
        return new LedgerCharge(charged, new Figure(joules, variance, false));
    }

    /** A charge that waits for a step, and that nothing is known of until then. */
    static LedgerCharge unknownYet(Charged charged) {
        return new LedgerCharge(charged, new Figure(Double.NaN, Double.NaN, false));
    }

    private static double variance(Charged charged, double joules) {
        double unexplained = UNEXPLAINED * joules;
        return charged.variance() + unexplained * unexplained;
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
        figure = new Figure(charged.joules(), variance(charged, charged.joules()), true);
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
