package dev.messplus.inference;

import dev.messplus.record.PromptRequest;
import java.util.concurrent.TimeUnit;

/** The time that one call may take, over all its attempts, from now. */
final class CallDeadline {

    /**
     * An attempt that was given less than this fraction of the request's timeout does not blame the
     * server when the deadline passes: a late fallback must not open the breaker for all others.
     */
    private static final int FAIR_FRACTION = 8;

    /** Nor does an attempt that was given less than this: neither must a hurried request. */
    private static final long MIN_FAIR_MILLIS = 1_000;

    private final long startNanos = System.nanoTime();
    private final long deadlineNanos;
    private final long fairNanos;

    /**
     * A deadline.
     *
     * @param requestTimeoutMillis longest timeout of a request, in milliseconds
     * @param deadlineNanos when it passes, on the clock of {@link System#nanoTime}
     */
    CallDeadline(PromptRequest request, long requestTimeoutMillis, long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
        this.fairNanos = TimeUnit.MILLISECONDS.toNanos(fairMillis(request, requestTimeoutMillis));
    }

    long remainingNanos() {
        return deadlineNanos - System.nanoTime();
    }

    long remainingMillis() {
        return TimeUnit.NANOSECONDS.toMillis(remainingNanos());
    }

    /** Time from the start to the deadline, in milliseconds. */
    long totalMillis() {
        return TimeUnit.NANOSECONDS.toMillis(deadlineNanos - startNanos);
    }

    /**
     * Whether the server is to blame for an attempt that ends now without an answer: the deadline
     * has passed, and the attempt was given a fair part of the timeout.
     *
     * @param attemptStartNanos when the attempt began, on the clock of {@link System#nanoTime}
     */
    boolean blamesServer(long attemptStartNanos) {
        long now = System.nanoTime();
        return deadlineNanos - now <= 0 && now - attemptStartNanos >= fairNanos;
    }

    private static long fairMillis(PromptRequest request, long requestTimeoutMillis) {
        long own = request.timeoutMillis();
        long timeoutMillis = own > 0 ? Math.min(own, requestTimeoutMillis) : requestTimeoutMillis;
        long minMillis = Math.min(MIN_FAIR_MILLIS, requestTimeoutMillis / FAIR_FRACTION);
        return Math.max(minMillis, timeoutMillis / FAIR_FRACTION);
    }
}
