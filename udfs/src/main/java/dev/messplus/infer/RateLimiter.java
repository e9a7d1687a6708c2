package dev.messplus.infer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Limits how many calls of one subtask to one model begin per second. */
final class RateLimiter {

    /** Periods are short so that the calls of a second do not begin in one burst. */
    private static final int PERIODS_PER_SECOND = 20;

    /** Calls that may begin in a period; {@code null} for no limit. */
    private final AsyncSemaphore permits;

    private final long periodNanos;
    private final ScheduledExecutorService timer;

    /**
     * A limiter for all calls of one subtask to one model.
     *
     * @param callsPerSecond at least 1; 0 for no limit
     */
    RateLimiter(int callsPerSecond, ScheduledExecutorService timer) {
        this.timer = timer;
        if (callsPerSecond == 0) {
            permits = null;
            periodNanos = 0;
        } else {
            int perPeriod = Math.max(1, callsPerSecond / PERIODS_PER_SECOND);
            permits = new AsyncSemaphore(perPeriod);
            periodNanos = TimeUnit.SECONDS.toNanos(1) * perPeriod / callsPerSecond;
        }
    }

    /**
     * Acquires the permit to begin a call.
     *
     * @return completes as soon as the call may begin; cancelling it leaves the queue
     */
    CompletableFuture<Void> acquire() {
        if (permits == null) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> permit = permits.acquire();
        CompletableFuture<Void> unused =
                permit.whenComplete(
                        (now, refused) -> {
                            if (refused == null) {
                                releaseAfterPeriod();
                            }
                        });
        return permit;
    }

    /** Acquires the permit if a call may begin now. */
    boolean tryAcquire() {
        if (permits == null) {
            return true;
        }
        if (!permits.tryAcquire()) {
            return false;
        }
        releaseAfterPeriod();
        return true;
    }

    /** Removes all callers from the queue; their futures fail with {@code reason}. */
    void refuseWaiting(RuntimeException reason) {
        if (permits != null) {
            permits.refuseWaiting(reason);
        }
    }

    private void releaseAfterPeriod() {
        Future<?> unused = timer.schedule(permits::release, periodNanos, TimeUnit.NANOSECONDS);
    }
}
