package dev.messplus.infer.admission;

/**
 * How soon places at one model come free, from the calls that ended. Not safe for use by several
 * threads.
 */
final class Turnover {

    private double callNanos;

    /** When a place came free last, or all were taken first, on a clock like System.nanoTime. */
    private long sinceNanos;

    private boolean full;

    /** A call was answered after {@code nanos}. */
    void answered(long nanos) {
        callNanos = WaitPrice.mean(callNanos, nanos);
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

    /** Places that come free per nanosecond while {@code inUse} of them are taken. */
    double perNanosecond(int inUse, int limit, long nowNanos) {
        return callNanos == 0 ? 0 : inUse / (limit * gapNanos(limit, nowNanos));
    }

    /**
     * Time between two places that come free, in nanoseconds: what it was, or longer if the next
     * one is overdue. So the wait for a model that hangs grows as long as it hangs.
     */
    double gapNanos(int limit, long nowNanos) {
        return Math.max(callNanos / limit, full ? nowNanos - sinceNanos : 0);
    }
}
