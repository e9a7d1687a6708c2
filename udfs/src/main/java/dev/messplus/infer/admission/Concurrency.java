package dev.messplus.infer.admission;

import java.util.concurrent.TimeUnit;

/**
 * How many calls of one model are in flight in the whole job, over time. What other subtasks have
 * in flight is not known here: they are taken to have as many, on average, as this one has lately.
 * Not safe for use by several threads.
 */
final class Concurrency {

    /** Over how many seconds the mean is taken: some calls of most models. */
    private static final double RECENT_SECONDS = 10;

    private static final double PER_SECOND = 1.0 / TimeUnit.SECONDS.toNanos(1);

    private final int otherSubtasks;
    private int own;
    private double mean;
    private double perCallSeconds;
    private long sinceNanos;

    /** No call is in flight yet. */
    Concurrency(int otherSubtasks, long nowNanos) {
        this.otherSubtasks = otherSubtasks;
        sinceNanos = nowNanos;
    }

    /** From now on, this subtask has so many calls in flight. */
    void changed(int calls, long nowNanos) {
        pass(nowNanos);
        own = calls;
    }

    private void pass(long nowNanos) {
        double seconds = (nowNanos - sinceNanos) * PER_SECOND;
        double kept = Math.exp(-seconds / RECENT_SECONDS);
        sinceNanos = nowNanos;
        if (own > 0) {
            perCallSeconds += seconds / (own + otherSubtasks * mean);
        }
        mean = kept * mean + (1 - kept) * own;
    }

    /**
     * Seconds that have passed while calls were in flight, each over their number. The time of a
     * call over what this has grown by meanwhile is its concurrency, a harmonic mean.
     */
    double perCallSeconds(long nowNanos) {
        pass(nowNanos);
        return perCallSeconds;
    }

    /** Calls in flight, lately. */
    double mean(long nowNanos) {
        pass(nowNanos);
        return (1 + otherSubtasks) * mean;
    }
}
