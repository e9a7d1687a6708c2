package dev.messplus.energy;

/**
 * A device's energy at any moment, out of a counter that is read now and then.
 *
 * <p>A counter moves in steps: every 20 to 100 ms that of a GPU, every 30 s by default the one that
 * a DCGM exporter shows. Between two steps energy is taken to grow at the power of late, for up to
 * twice as long as the last step took, or a quarter of a second, so that a call that starts and
 * ends between them is charged for its time, and no call has to wait for a device. At a step the
 * energy catches up with the counter, or where it had run ahead, stands still until the counter has
 * caught up: it never falls, and never strays from the counter by more than what a device does in
 * that time.
 *
 * <p>A reading is as old as the step before it, and how old that is, nobody knows who has not seen
 * it. So a gap, the one before the first reading included, ends when the counter was seen to move
 * twice: then it is known when it moved, how long it takes to, and what power that makes.
 *
 * <p>Counters wrap around, and fall back when a driver reloads. What cannot have happened is not
 * counted: energy neither falls nor leaps.
 *
 * <p>Times are those of {@link System#nanoTime}. Not thread safe.
 */
final class EnergyClock {

    /** No device draws as much; a step of more is the counter's, not the device's. */
    static final double MAX_WATTS = 5_000;

    /** How much later than the energy a counter may move, in seconds. */
    private static final double COUNTER_LAG_SECONDS = 1;

    /** Steps, of the length of the last one, that the energy may grow without the counter. */
    private static final int HORIZON_STEPS = 2;

    /** The same in nanoseconds at least, for steps are irregular, and so is who reads them. */
    private static final long HORIZON_NANOS = 250_000_000;

    /** Weight of the last step in the power of late. */
    private static final double POWER_SMOOTHING = 0.25;

    private final long rangeMicrojoules;
    private final double ageSeconds;

    private boolean started;
    private long rawMicrojoules;

    /** Whether the gap that is going on was looked into, and the counter was seen to move. */
    private boolean looked;

    private boolean timed;

    private long sampledNanos;
    private long steppedNanos;
    private long stepNanos;
    private long countedMicrojoules;
    private double watts = Double.NaN;
    private double microjoules;
    private long resets;

    /**
     * A clock that has not been read yet.
     *
     * @param rangeMicrojoules where the counter starts over from 0
     * @param ageSeconds how old the first reading after a gap may be
     */
    EnergyClock(long rangeMicrojoules, double ageSeconds) {
        this.rangeMicrojoules = rangeMicrojoules;
        this.ageSeconds = ageSeconds;
    }

    /** Takes in a reading of the counter. */
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
     * Takes in a reading in a gap, at first in the one before all readings.
     *
     * @param afresh whether nobody knows what the counter did since the last reading
     * @return whether the gap is over, for the counter was seen to move twice
     */
    boolean look(long raw, long nowNanos, boolean afresh) {
        if (!looked || afresh) {
            resume(raw, nowNanos);
            looked = true;
            timed = false;
        } else if (raw == rawMicrojoules) {
            sampledNanos = nowNanos;
        } else if (!timed) {
            resume(raw, nowNanos);
            timed = true;
        } else {
            sample(raw, nowNanos);
            looked = false;
            return true;
        }
        return false;
    }

    /** Takes in a reading after a gap, as one of now; power is to be learned anew. */
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

    /** Energy since the first reading, in joules; never less than it was. */
    double joulesAt(long nowNanos) {
        if (!Double.isNaN(watts)) {
            double grown = watts * (toldUntilNanos(nowNanos) - steppedNanos) / 1e3;
            microjoules = Math.max(microjoules, countedMicrojoules + grown);
        }
        return microjoules / 1e6;
    }

    /** Until when its energy is known: at most now; the last step while power is not known. */
    long toldUntilNanos(long nowNanos) {
        return Double.isNaN(watts)
                ? steppedNanos
                : Math.min(
                        nowNanos,
                        steppedNanos + Math.max(HORIZON_STEPS * stepNanos, HORIZON_NANOS));
    }

    /** Energy as of the last reading, in joules; never less than it was. */
    double joulesAtLastSample() {
        return microjoules / 1e6;
    }

    /** When it was last read. */
    long sampledNanos() {
        return sampledNanos;
    }

    /** When it last moved. */
    long steppedNanos() {
        return steppedNanos;
    }

    /** How long it last took to move; 0 while that is not known. */
    long stepNanos() {
        return stepNanos;
    }

    /** Power of late, in watts; {@code NaN} before the counter has moved twice. */
    double watts() {
        return watts;
    }

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
