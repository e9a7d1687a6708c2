package dev.messplus.energy.ledger;

/**
 * The steps of an energy counter that is read now and then. A counter moves in steps: that of a GPU
 * every 20 to 100 ms, that of a DCGM exporter every 30 s by default.
 *
 * <p>A reading is as old as the last step of the counter, and that age is unknown until a step has
 * been seen. A gap in the readings, including the one before the first reading, therefore ends with
 * the second step after it: then the time and the length of a step are known.
 *
 * <p>Counters wrap around, and fall when a driver reloads. A movement that is impossible for a
 * device is not counted.
 *
 * <p>Times are those of {@link System#nanoTime}. Not thread safe.
 */
final class CounterSteps {

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
    private double periodNanos = Double.NaN;
    private double watts = Double.NaN;
    private long countedMicrojoules;
    private long movedMicrojoules;
    private long resets;

    /**
     * The steps of a counter that has not been read.
     *
     * @param rangeMicrojoules value at which the counter wraps around to 0; {@link Long#MAX_VALUE}
     *     for never
     * @param ageSeconds how old the first reading after a gap may be, at least 0
     */
    CounterSteps(long rangeMicrojoules, double ageSeconds) {
        this.rangeMicrojoules = rangeMicrojoules;
        this.ageSeconds = ageSeconds;
    }

    /**
     * Adds a reading of the counter, in microjoules.
     *
     * @return whether the counter has moved since the last reading
     */
    boolean sample(long raw, long nowNanos) {
        sampledNanos = nowNanos;
        if (raw == rawMicrojoules) {
            return false;
        }
        stepNanos = nowNanos - steppedNanos;
        periodNanos = Smoothed.towards(periodNanos, stepNanos, LedgerConstants.PERIOD_SMOOTHING);
        double seconds = stepNanos / 1e9;
        step(raw, nowNanos, seconds);
        if (seconds > 0 && movedMicrojoules >= 0) {
            double power = movedMicrojoules / 1e6 / seconds;
            watts = Smoothed.towards(watts, power, LedgerConstants.SHOWN_POWER_SMOOTHING);
        }
        return true;
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
        gap = Gap.UNREAD;
        return sample(raw, nowNanos);
    }

    /** Adds the first reading after a gap. */
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

    /** What the counter has moved since the first reading, in joules; never decreases. */
    double joules() {
        return countedMicrojoules / 1e6;
    }

    /** What the last step moved, in joules; {@code NaN} if it was impossible. */
    double movedJoules() {
        return movedMicrojoules < 0 ? Double.NaN : movedMicrojoules / 1e6;
    }

    /** Time of the last reading. */
    long sampledNanos() {
        return sampledNanos;
    }

    /** Time of the reading that saw the last step. */
    long steppedNanos() {
        return steppedNanos;
    }

    /** Length of the last step; 0 while it is not known. */
    long stepNanos() {
        return stepNanos;
    }

    /** Smoothed time between two steps that were seen; {@code NaN} while it is not known. */
    double periodNanos() {
        return periodNanos;
    }

    /** Smoothed power, in watts; {@code NaN} until the counter has moved twice. */
    double watts() {
        return watts;
    }

    /** How often the counter fell, or rose by more than a device can use. */
    long resets() {
        return resets;
    }

    private void step(long raw, long nowNanos, double seconds) {
        long moved = raw - rawMicrojoules;
        if (moved < 0 && rangeMicrojoules != Long.MAX_VALUE) {
            moved += rangeMicrojoules;
        }
        boolean possible =
                moved >= 0
                        && moved
                                <= LedgerConstants.MAX_WATTS
                                        * 1e6
                                        * (seconds + LedgerConstants.COUNTER_LAG_SECONDS);
        if (possible) {
            countedMicrojoules += moved;
            movedMicrojoules = moved;
        } else {
            resets++;
            movedMicrojoules = -1;
        }
        rawMicrojoules = raw;
        steppedNanos = nowNanos;
    }
}
