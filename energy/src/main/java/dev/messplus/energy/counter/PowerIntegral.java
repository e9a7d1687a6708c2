package dev.messplus.energy.counter;

/**
 * An energy counter made from power readings by the trapezoidal rule. It moves when the reading
 * changes, as that is when the device was read: a page that is 30 s old says nothing of these 30 s.
 * Energy used between two readings that lie too far apart is left out.
 *
 * <p>What it moves is as sure as the power is steady. From one change to the next, T seconds later,
 * the device used T times a power that lies somewhere between samples that differ by d watts: the
 * variance is (T d / 2)<sup>2</sup>, where d<sup>2</sup> is the mean over recent changes. This is
 * that of the trapezoidal rule for a power whose samples have nothing to do with each other, and
 * too much for a power that moves slowly.
 */
final class PowerIntegral {

    /** Weight of the last change in the mean square of changes: about the last 20 count. */
    private static final double SMOOTHING = 0.05;

    private final long maxGapNanos;
    private final long steadyNanos;
    private double joules;
    private double watts;
    private boolean started;
    private long readNanos;
    private long changedNanos;
    private long changes;
    private double meanSquareChange;
    private double movedVariance;

    /**
     * An integral that is 0.
     *
     * @param maxGapNanos largest distance of two readings that is integrated over
     * @param steadyNanos after so long a reading that stays the same counts as a new one; {@link
     *     Long#MAX_VALUE} if it may be an old one
     */
    PowerIntegral(long maxGapNanos, long steadyNanos) {
        this.maxGapNanos = maxGapNanos;
        this.steadyNanos = steadyNanos;
    }

    /**
     * Adds a reading.
     *
     * @param newWatts power now, at least 0
     * @param nanos time of the reading, on a monotonic clock
     * @return {@link #microjoules}
     */
    long add(double newWatts, long nanos) {
        boolean gap = !started || nanos - readNanos > maxGapNanos;
        boolean moves = gap || newWatts != watts || nanos - changedNanos >= steadyNanos;
        if (moves) {
            move(newWatts, gap ? 0 : (nanos - changedNanos) / 1e9);
            changedNanos = nanos;
        }
        started = true;
        readNanos = nanos;
        return microjoules();
    }

    private void move(double newWatts, double seconds) {
        if (seconds > 0) {
            double change = newWatts - watts;
            changes++;
            meanSquareChange +=
                    Math.max(1.0 / changes, SMOOTHING) * (change * change - meanSquareChange);
            joules += (watts + newWatts) / 2 * seconds;
            movedVariance = meanSquareChange / 4 * seconds * seconds;
        }
        watts = newWatts;
    }

    /** Microjoules from the first reading to the last change, without gaps. */
    long microjoules() {
        return Math.round(joules * 1e6);
    }

    /** Variance of what it last moved, in square joules. */
    double movedVariance() {
        return movedVariance;
    }

    /** How long the reading has not changed, in nanoseconds. */
    long steadyNanos() {
        return readNanos - changedNanos;
    }
}
