package dev.messplus.energy;

/**
 * A device's energy at any moment, out of a counter that is read now and then.
 *
 * <p>A counter moves in steps: every 20 to 100 ms that of a GPU, every 30 s by default the one that
 * a DCGM exporter shows. Between two steps energy is taken to grow at the power of late, for as
 * long as the last step took, so that a call that starts and ends between them is charged for its
 * time, and no call has to wait for a device. At a step the energy catches up with the counter, or
 * where it had run ahead, stands still until the counter has caught up: it never falls, and never
 * strays from the counter by more than what a device does between two steps.
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

    /** Weight of the last step in the power of late. */
    private static final double POWER_SMOOTHING = 0.25;

    private final long rangeMicrojoules;

    private boolean started;
    private long rawMicrojoules;
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
     */
    EnergyClock(long rangeMicrojoules) {
        this.rangeMicrojoules = rangeMicrojoules;
    }

    /** Takes in a reading of the counter. */
    void sample(long raw, long nowNanos) {
        sampledNanos = nowNanos;
        if (started && raw == rawMicrojoules) {
            return;
        }
        if (started) {
            stepNanos = nowNanos - steppedNanos;
            double seconds = stepNanos / 1e9;
            long moved = moved(raw, seconds);
            countedMicrojoules += moved;
            if (seconds > 0) {
                double power = moved / 1e6 / seconds;
                watts = Double.isNaN(watts) ? power : watts + POWER_SMOOTHING * (power - watts);
            }
        }
        started = true;
        rawMicrojoules = raw;
        steppedNanos = nowNanos;
        microjoules = Math.max(microjoules, (double) countedMicrojoules);
    }

    /** Takes in a reading after a gap; power is to be learned anew. */
    void resume(long raw, long nowNanos) {
        sample(raw, nowNanos);
        steppedNanos = nowNanos;
        stepNanos = 0;
        watts = Double.NaN;
    }

    /** Energy since the first reading, in joules; never less than it was. */
    double joulesAt(long nowNanos) {
        if (!Double.isNaN(watts)) {
            long sinceNanos = Math.max(0, Math.min(nowNanos - steppedNanos, stepNanos));
            microjoules = Math.max(microjoules, countedMicrojoules + watts * sinceNanos / 1e3);
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

    /** When it last moved. */
    long steppedNanos() {
        return steppedNanos;
    }

    /** How long it last took to move. */
    long stepNanos() {
        return stepNanos;
    }

    /** Whether a reading tells nothing that the last one did not. */
    boolean isStale(long raw) {
        return started && raw == rawMicrojoules;
    }

    /** Power of late, in watts; {@code NaN} before the counter has moved. */
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
