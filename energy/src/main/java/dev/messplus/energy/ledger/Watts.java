package dev.messplus.energy.ledger;

/**
 * Power while calls are in flight.
 *
 * @param total all of it; {@code NaN} if not known
 * @param idle what the device would draw among it without any call, at most {@code total}
 */
record Watts(double total, double idle) {

    /** A part of which the device would draw as much as it does when idle, as far as known. */
    static Watts of(double total, double idleWatts) {
        return new Watts(total, Math.min(total, Double.isNaN(idleWatts) ? 0 : idleWatts));
    }

    /** The same with other idle power. */
    Watts plusIdle(double watts) {
        return new Watts(total + watts, idle + watts);
    }
}
