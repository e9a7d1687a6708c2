package dev.messplus.energy;

/**
 * A counter made of power readings, where a device has none of its own: the trapezoids between one
 * reading and the next. What was used while nobody looked for long is not made up.
 */
final class PowerIntegral {

    private final long patienceNanos;
    private double joules;
    private double lastWatts;
    private long lastNanos;
    private boolean started;

    /** An integral that is 0; {@code patienceNanos} is how far readings may be apart. */
    PowerIntegral(long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    /**
     * Takes in a reading.
     *
     * @param watts power now, at least 0
     * @param nanos when that is, on a clock that never goes back
     * @return microjoules since the first reading, less what was used in gaps
     */
    long add(double watts, long nanos) {
        if (started && nanos - lastNanos <= patienceNanos) {
            joules += (lastWatts + watts) / 2 * (nanos - lastNanos) / 1e9;
        }
        started = true;
        lastWatts = watts;
        lastNanos = nanos;
        return Math.round(joules * 1e6);
    }
}
