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

    /** A call was answered after {@code nanos}. */
    void answered(long nanos, long nowNanos) {
        callNanos = WaitPrice.mean(callNanos, nanos);
        recentAnswers = recentAnswers(nowNanos) + 1;
        answeredNanos = nowNanos;
    }

    /** Calls that are answered per second: the mean of the last second or so. */
    double perSecond(long nowNanos) {
        return recentAnswers(nowNanos) / RECENT_SECONDS;
    }

    private double recentAnswers(long nowNanos) {
        double seconds = (nowNanos - answeredNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        return recentAnswers * Math.exp(-seconds / RECENT_SECONDS);
    }

    /** Mean duration of a call, in nanoseconds; 0 before the first answer. */
    double meanCallNanos() {
        return callNanos;
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

    /** For how long all places have been taken and none has come free, in nanoseconds. */
    long overdueNanos(long nowNanos) {
        return full ? nowNanos - sinceNanos : 0;
    }
}
