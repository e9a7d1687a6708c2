package dev.messplus.infer.admission;

import java.util.concurrent.TimeUnit;

/**
 * How many calls of one model are in flight in the whole job, over time. What other subtasks have
 * in flight is not known here: each is taken to have as many, on average, as this one. That is what
 * its own calls find in flight when they begin, because arrivals see time averages (Wolff, "Poisson
 * Arrivals See Time Averages", 1982); at the end of a call, the call itself would be counted. Not
 * safe for use by several threads.
 */
final class Concurrency {

    /** Over how many seconds the calls in flight are averaged. */
    private static final double RECENT_SECONDS = 1;

    /** Weight of what a call finds when it begins beside what those before it found. */
    private static final double GAIN = 1.0 / 4;

    /** Over how many seconds what was found is forgotten if no call begins. */
    private static final double KNOWN_SECONDS = 10;

    private static final double PER_SECOND = 1.0 / TimeUnit.SECONDS.toNanos(1);

    private final int otherSubtasks;
    private int own;

    /** Calls of this subtask in flight, on average of the last second or so. */
    private double mean;

    /** The same, as calls find it when they begin. */
    private double found;

    private double perCallSeconds;
    private long sinceNanos;
    private long foundNanos;

    /** No call is in flight yet. */
    Concurrency(int otherSubtasks, long nowNanos) {
        this.otherSubtasks = otherSubtasks;
        sinceNanos = nowNanos;
        foundNanos = nowNanos;
    }

    /** From now on, this subtask has that many calls in flight. */
    void changed(int calls, long nowNanos) {
        pass(nowNanos);
        if (calls > own) {
            double seconds = (nowNanos - foundNanos) * PER_SECOND;
            double gain = Math.max(GAIN, -Math.expm1(-seconds / KNOWN_SECONDS));
            found += gain * (mean - found);
            foundNanos = nowNanos;
        }
        own = calls;
    }

    private void pass(long nowNanos) {
        double seconds = (nowNanos - sinceNanos) * PER_SECOND;
        double kept = Math.exp(-seconds / RECENT_SECONDS);
        sinceNanos = nowNanos;
        if (own > 0) {
            perCallSeconds += seconds / (own + otherSubtasks * found);
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
    double mean() {
        return (1 + otherSubtasks) * found;
    }
}
