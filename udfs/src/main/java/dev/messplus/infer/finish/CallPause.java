package dev.messplus.infer.finish;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether a subtask may begin calls, and whether its snapshots wait for those that it has begun, by
 * the last {@link FinishCalls}. Only the task's thread may use this.
 */
public final class CallPause {

    private final LongSupplier clock;
    private long waitsUntilNanos;
    private long pausedUntilNanos;

    /**
     * There is no pause yet.
     *
     * @param clock in nanoseconds; it does not go back
     */
    public CallPause(LongSupplier clock) {
        this.clock = clock;
        start(FinishCalls.RESUME);
    }

    /** Follows a request instead of the last one. */
    public void start(FinishCalls request) {
        waitsUntilNanos = inMillis(request.waitMillis());
        pausedUntilNanos = inMillis(request.pauseMillis());
    }

    /** Makes a pause longer; without effect if there is none, or if it is longer anyway. */
    public void stay(StayPaused request) {
        long until = inMillis(request.pauseMillis());
        if (isOn() && until - pausedUntilNanos > 0) {
            pausedUntilNanos = until;
        }
    }

    private long inMillis(long millis) {
        return clock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** When calls begin again, on the clock. */
    public long endNanos() {
        return pausedUntilNanos;
    }

    /** When snapshots wait no longer, on the clock. */
    public long waitsUntilNanos() {
        return waitsUntilNanos;
    }

    /** Whether the calls of no more requests may begin. */
    public boolean isOn() {
        return clock.getAsLong() - pausedUntilNanos < 0;
    }

    /** Whether a snapshot waits for the calls in flight. */
    public boolean holdsSnapshots() {
        return isOn() && clock.getAsLong() - waitsUntilNanos < 0;
    }
}
