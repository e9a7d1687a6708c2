package dev.messplus.infer;

import java.util.concurrent.TimeUnit;

/** The time that one call may take, over all its attempts, from now. */
final class CallDeadline {

    private final long startNanos = System.nanoTime();
    private final long deadlineNanos;

    /**
     * A deadline.
     *
     * @param deadlineNanos when it passes, on the clock of {@link System#nanoTime}
     */
    CallDeadline(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
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

    boolean hasPassed() {
        return hasPassedBy(System.nanoTime());
    }

    /** Whether it has passed by {@code nanos} on the clock of {@link System#nanoTime}. */
    boolean hasPassedBy(long nanos) {
        return deadlineNanos - nanos <= 0;
    }
}
