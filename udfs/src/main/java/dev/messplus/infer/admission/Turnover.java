package dev.messplus.infer.admission;

import java.util.concurrent.TimeUnit;

/**
 * How soon places at one model come free, from the calls that ended. Not safe for use by several
 * threads.
 */
final class Turnover {

    /** Over how many seconds answers are counted: many calls of most models. */
    private static final double RECENT_SECONDS = 1;

    /** What is kept of the longest call with each answer: half of it after 70. */
    private static final double LONGEST_KEPT = 0.99;

    private double callNanos;

    /** Answers, each worth e times less after {@link #RECENT_SECONDS}. */
    private double recentAnswers;

    private long answeredNanos;

    /** When a place came free last, or all were taken first, on a clock like System.nanoTime. */
    private long sinceNanos;

    private boolean full;

    /** Since when no call was answered. */
    private long unansweredSinceNanos;

    /** Whether a call was answered since, or none has begun. */
    private boolean answered = true;

    private double longestCallNanos;

    /** A call was answered after {@code nanos}. */
    void answered(long nanos, long nowNanos) {
        callNanos = WaitPrice.mean(callNanos, nanos);
        longestCallNanos = Math.max(nanos, LONGEST_KEPT * longestCallNanos);
        unansweredSinceNanos = nowNanos;
        answered = true;
        recentAnswers = recentAnswers(nowNanos) + 1;
        answeredNanos = nowNanos;
    }

    /** Calls that are answered per second: the mean of the last second or so. */
    double perSecond(long nowNanos) {
        return recentAnswers(nowNanos) / RECENT_SECONDS;
    }

    private double recentAnswers(long nowNanos) {
        if (recentAnswers == 0) {
            return 0;
        }
        double seconds = (nowNanos - answeredNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        return recentAnswers * Math.exp(-seconds / RECENT_SECONDS);
    }

    /** Mean duration of a call, in nanoseconds; 0 before the first answer. */
    double meanCallNanos() {
        return callNanos;
    }

    /**
     * A call begins at a model that has many places left. The time without an answer begins anew if
     * a call was answered in it, or if no call has ended for a while.
     */
    void begins(long nowNanos) {
        if (answered || nowNanos - sinceNanos >= WaitPrice.LEAST_PATIENCE_NANOS) {
            unansweredSinceNanos = nowNanos;
            answered = false;
        }
    }

    /** The longest call that was answered, which is forgotten over some hundred calls. */
    double longestCallNanos() {
        return longestCallNanos;
    }

    /** A place was taken, or came free; {@code isFull} says whether none is left. */
    void changed(boolean isFull, boolean freed, long nowNanos) {
        if (freed || (isFull && !full)) {
            sinceNanos = nowNanos;
        }
        full = isFull;
    }

    /**
     * Time between two places that come free, in nanoseconds. If none has come free for a while,
     * all calls have taken that long at least: they are expected to take as long in addition. So
     * the wait for a model that hangs grows as long as it hangs.
     */
    double gapNanos(int limit, long nowNanos) {
        return (callNanos + overdueNanos(nowNanos)) / limit;
    }

    private long overdueNanos(long nowNanos) {
        return full ? nowNanos - sinceNanos : 0;
    }

    /** For how long calls have been made and none was answered, in nanoseconds. */
    long unansweredNanos(long nowNanos) {
        return nowNanos - unansweredSinceNanos;
    }
}
