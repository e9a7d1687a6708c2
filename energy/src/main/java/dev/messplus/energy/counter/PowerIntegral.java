package dev.messplus.energy.counter;

/**
 * An energy counter made from power readings by the trapezoidal rule, for a device that counts no
 * energy. Energy used between two readings that lie too far apart is left out.
 */
final class PowerIntegral {

    private final long maxGapNanos;
    private double joules;
    private double lastWatts;
    private long lastNanos;
    private boolean started;

    /**
     * An integral that is 0.
     *
     * @param maxGapNanos largest distance of two readings that is integrated over
     */
    PowerIntegral(long maxGapNanos) {
        this.maxGapNanos = maxGapNanos;
    }

    /**
     * Adds a reading.
     *
     * @param watts power now, at least 0
     * @param nanos time of the reading, on a monotonic clock
     * @return microjoules since the first reading, without gaps
     */
    long add(double watts, long nanos) {
        if (started && nanos - lastNanos <= maxGapNanos) {
            joules += (lastWatts + watts) / 2 * (nanos - lastNanos) / 1e9;
        }
        started = true;
        lastWatts = watts;
        lastNanos = nanos;
        return Math.round(joules * 1e6);
    }
}
