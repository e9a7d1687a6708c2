package dev.messplus.infer.admission;

import java.util.concurrent.TimeUnit;

/**
 * How soon places at one model come free, from the calls that ended. Not safe for use by several
 * threads.
 */
final class Turnover {

    /** Over how many seconds answers are counted: many calls of most models. */
    private static final double RECENT_SECONDS = 1;

    private double callNanos;

    /** Answers, each worth e times less after {@link #RECENT_SECONDS}. */
    private double recentAnswers;

    private long answeredNanos;

    /** When a place came free last, or all were taken first, on a clock like System.nanoTime. */
    private long sinceNanos;

    private boolean full;

    /** When a call was answered last, or began while no other one was in flight. */
    private long unansweredSinceNanos;

    /** A call was answered after {@code nanos}. */
    void answered(long nanos, long nowNanos) {
        callNanos = WaitPrice.mean(callNanos, nanos);
        unansweredSinceNanos = nowNanos;
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

    /** A call begins, and no other one is in flight. */
    void begins(long nowNanos) {
        unansweredSinceNanos = nowNanos;
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
