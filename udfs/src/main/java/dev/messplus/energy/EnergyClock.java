package dev.messplus.energy;

/**
 * A device's energy at any moment, out of a counter that is read now and then.
 *
 * <p>Between two readings energy is taken to grow at the power of late, so that a call that starts
 * and ends between them is charged for its time, and no call has to wait for a device. At a reading
 * the energy catches up with the counter, or where it had run ahead, stands still until the counter
 * has caught up: it never falls, and never strays from the counter by more than what a device does
 * between two readings.
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

    /** Weight of the last reading in the power of late. */
    private static final double POWER_SMOOTHING = 0.25;

    private final long rangeMicrojoules;

    private boolean started;
    private long rawMicrojoules;
    private long sampledNanos;

    /** When the counter was first read at the value it has. */
    private long movedNanos;

    private long sampledMicrojoules;
    private double watts = Double.NaN;
    private double microjoules;
    private long resets;

    /**
     * A clock that has not been read yet.
     *
     * @param rangeMicrojoules where the counter starts over from 0
     */
    EnergyClock(long rangeMicrojoules) {
        this.rangeMicrojoules = rangeMicrojoules;
    }

    /** Takes in a reading of the counter. */
    void sample(long raw, long nowNanos) {
        if (started) {
            double seconds = (nowNanos - sampledNanos) / 1e9;
            // Some counters are brought up to date less often than they are read.
            long moved = moved(raw, (nowNanos - movedNanos) / 1e9);
            sampledMicrojoules += moved;
            if (seconds > 0) {
                double now = moved / 1e6 / seconds;
                watts = Double.isNaN(watts) ? now : watts + POWER_SMOOTHING * (now - watts);
            }
        }
        if (!started || raw != rawMicrojoules) {
            movedNanos = nowNanos;
        }
        started = true;
        rawMicrojoules = raw;
        sampledNanos = nowNanos;
        microjoules = Math.max(microjoules, (double) sampledMicrojoules);
    }

    /** Takes in a reading after a gap; power is to be learned anew. */
    void resume(long raw, long nowNanos) {
        sample(raw, nowNanos);
        watts = Double.NaN;
    }

    /** Energy since the first reading, in joules; never less than it was. */
    double joulesAt(long nowNanos) {
        if (!Double.isNaN(watts)) {
            double sinceMicros = Math.max(0, nowNanos - sampledNanos) / 1e3;
            microjoules = Math.max(microjoules, sampledMicrojoules + watts * sinceMicros);
        }
        return microjoules / 1e6;
    }

    /** Energy as of the last reading, in joules; never less than it was. */
    double joulesAtLastSample() {
        return microjoules / 1e6;
    }

    /** When it was last read. */
    long sampledNanos() {
        return sampledNanos;
    }

    /** Power of late, in watts; {@code NaN} before the second reading. */
    double watts() {
        return watts;
    }

    long resets() {
        return resets;
    }

    private long moved(long raw, double seconds) {
        long moved = raw - rawMicrojoules;
        if (moved < 0 && rangeMicrojoules != Long.MAX_VALUE) {
            moved += rangeMicrojoules;
        }
        if (moved < 0 || moved > MAX_WATTS * 1e6 * (seconds + COUNTER_LAG_SECONDS)) {
            resets++;
            return 0;
        }
        return moved;
    }
}
