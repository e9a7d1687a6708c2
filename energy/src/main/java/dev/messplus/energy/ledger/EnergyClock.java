package dev.messplus.energy.ledger;

/**
 * The energy of a device at any moment, derived from a counter that is read now and then.
 *
 * <p>A counter moves in steps: that of a GPU every 20 to 100 ms, that of a DCGM exporter every 30 s
 * by default. Between two steps the clock extrapolates at the smoothed power, for at most twice the
 * length of the last step or 250 ms, whichever is longer. So a call that begins and ends between
 * two steps is charged for its time, and no call waits for a device. At the next step the energy
 * catches up with the counter or, if it is ahead, stands still until the counter has caught up. It
 * never decreases, and differs from the counter by at most what the device uses within that time.
 *
 * <p>A reading is as old as the last step of the counter, and that age is unknown until a step has
 * been seen. A gap in the readings, including the one before the first reading, therefore ends with
 * the second step after it: then the time, the length and the power of a step are known.
 *
 * <p>Counters wrap around, and fall when a driver reloads. A movement that is impossible for a
 * device is not counted.
 *
 * <p>Times are those of {@link System#nanoTime}. Not thread safe.
 */
final class EnergyClock {

    /** More than any device draws: a larger step is an error of the counter. */
    static final double MAX_WATTS = 5_000;

    /** How long after the energy was used a counter may move, in seconds. */
    private static final double COUNTER_LAG_SECONDS = 1;

    /** How long to extrapolate, in steps of the length of the last one. */
    private static final int HORIZON_STEPS = 2;

    /** How long to extrapolate at least, because steps and readings are irregular. */
    private static final long MIN_HORIZON_NANOS = 250_000_000;

    /** Weight of the last step in the smoothed power. */
    private static final double POWER_SMOOTHING = 0.25;

    /** How far a gap has been dealt with. */
    private enum Gap {
        /** No reading since the gap began, or no gap. */
        UNREAD,
        /** The counter has been read. */
        READ,
        /** The counter has been seen to move once. */
        STEPPED
    }

    private final long rangeMicrojoules;
    private final double ageSeconds;

    private boolean started;
    private long rawMicrojoules;
    private Gap gap = Gap.UNREAD;
    private long sampledNanos;
    private long steppedNanos;
    private long stepNanos;
    private long countedMicrojoules;
    private double watts = Double.NaN;
    private double microjoules;
    private long resets;

    /**
     * A clock without a reading.
     *
     * @param rangeMicrojoules value at which the counter wraps around to 0; {@link Long#MAX_VALUE}
     *     for never
     * @param ageSeconds how old the first reading after a gap may be, at least 0
     */
    EnergyClock(long rangeMicrojoules, double ageSeconds) {
        this.rangeMicrojoules = rangeMicrojoules;
        this.ageSeconds = ageSeconds;
    }

    /** Adds a reading of the counter, in microjoules. */
    void sample(long raw, long nowNanos) {
        sampledNanos = nowNanos;
        if (raw == rawMicrojoules) {
            return;
        }
        stepNanos = nowNanos - steppedNanos;
        double seconds = stepNanos / 1e9;
        long moved = step(raw, nowNanos, seconds);
        if (seconds > 0) {
            double power = moved / 1e6 / seconds;
            watts = Double.isNaN(watts) ? power : watts + POWER_SMOOTHING * (power - watts);
        }
    }

    /**
     * Adds a reading in a gap, such as the one before the first reading.
     *
     * @param raw the reading, in microjoules
     * @param unseen whether steps of the counter may have been missed since the last reading, so
     *     that the gap begins again
     * @return whether the gap is over, because the counter has been seen to move twice
     */
    boolean sampleInGap(long raw, long nowNanos, boolean unseen) {
        if (unseen || gap == Gap.UNREAD) {
            resume(raw, nowNanos);
            gap = Gap.READ;
            return false;
        }
        if (raw == rawMicrojoules) {
            sampledNanos = nowNanos;
            return false;
        }
        if (gap == Gap.READ) {
            resume(raw, nowNanos);
            gap = Gap.STEPPED;
            return false;
        }
        sample(raw, nowNanos);
        gap = Gap.UNREAD;
        return true;
    }

    /** Adds the first reading after a gap. The smoothed power starts over. */
    void resume(long raw, long nowNanos) {
        if (!started) {
            started = true;
            rawMicrojoules = raw;
            steppedNanos = nowNanos;
        }
        step(raw, nowNanos, (nowNanos - steppedNanos) / 1e9 + ageSeconds);
        sampledNanos = nowNanos;
        stepNanos = 0;
        watts = Double.NaN;
    }

    /** Energy since the first reading, in joules; never decreases. */
    double joulesAt(long nowNanos) {
        if (!Double.isNaN(watts)) {
            double grown = watts * (knownUntilNanos(nowNanos) - steppedNanos) / 1e3;
            microjoules = Math.max(microjoules, countedMicrojoules + grown);
        }
        return microjoules / 1e6;
    }

    /** Until when the energy is known: at most now; the last step while the power is not known. */
    long knownUntilNanos(long nowNanos) {
        return Double.isNaN(watts)
                ? steppedNanos
                : Math.min(
                        nowNanos,
                        steppedNanos + Math.max(HORIZON_STEPS * stepNanos, MIN_HORIZON_NANOS));
    }

    /** Energy as of the last reading, in joules; never decreases. */
    double joulesAtLastSample() {
        return microjoules / 1e6;
    }

    /** Time of the last reading. */
    long sampledNanos() {
        return sampledNanos;
    }

    /** Time of the last step. */
    long steppedNanos() {
        return steppedNanos;
    }

    /** Length of the last step; 0 while it is not known. */
    long stepNanos() {
        return stepNanos;
    }

    /** Smoothed power, in watts; {@code NaN} until the counter has moved twice. */
    double watts() {
        return watts;
    }

    /** How often the counter fell, or rose by more than a device can use. */
    long resets() {
        return resets;
    }

    private long step(long raw, long nowNanos, double seconds) {
        long moved = moved(raw, seconds + COUNTER_LAG_SECONDS);
        countedMicrojoules += moved;
        rawMicrojoules = raw;
        steppedNanos = nowNanos;
        microjoules = Math.max(microjoules, (double) countedMicrojoules);
        return moved;
    }

    private long moved(long raw, double withinSeconds) {
        long moved = raw - rawMicrojoules;
        if (moved < 0 && rangeMicrojoules != Long.MAX_VALUE) {
            moved += rangeMicrojoules;
        }
        if (moved < 0 || moved > MAX_WATTS * 1e6 * withinSeconds) {
            resets++;
            return 0;
        }
        return moved;
    }
}
