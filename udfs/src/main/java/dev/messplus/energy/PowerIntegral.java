package dev.messplus.energy;

/**
 * A counter made of power readings, where a device has none of its own: the trapezoids between one
 * reading and the next.
 */
final class PowerIntegral {

    private double joules;
    private double lastWatts;
    private long lastNanos;
    private boolean started;

    /**
     * Takes in a reading.
     *
     * @param watts power now, at least 0
     * @param nanos when that is, on a clock that never goes back
     * @return microjoules since the first reading
     */
    long add(double watts, long nanos) {
        if (started) {
            joules += (lastWatts + watts) / 2 * (nanos - lastNanos) / 1e9;
        }
        started = true;
        lastWatts = watts;
        lastNanos = nanos;
        return Math.round(joules * 1e6);
    }
}
