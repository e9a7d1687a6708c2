package dev.messplus.infer.admission;

import java.util.concurrent.TimeUnit;

/**
 * The turns of one subtask to begin an attempt at one model: its share of the calls per second of
 * the job. Turns are evenly spaced, but for short bursts: the generic cell rate algorithm of ITU-T
 * I.371, as virtual scheduling. Not safe for use by several threads.
 */
final class RateBudget {

    /**
     * How far turns may be brought forward, in seconds: the turns of such a time may be a burst.
     */
    private static final double BURST_SECONDS = 1.0 / 20;

    /** Time between two turns, in nanoseconds; 0 for no limit. */
    private final long intervalNanos;

    private final long burstNanos;
    private long nextNanos;

    /**
     * A budget of which nothing is used.
     *
     * @param perSecond turns per second, above 0; 0 for no limit
     * @param nowNanos time of a clock like {@link System#nanoTime}, as in all methods
     */
    RateBudget(double perSecond, long nowNanos) {
        double nanos = TimeUnit.SECONDS.toNanos(1);
        intervalNanos = perSecond == 0 ? 0 : Math.round(nanos / perSecond);
        burstNanos = Math.max(0, Math.round(BURST_SECONDS * nanos) - intervalNanos);
        nextNanos = nowNanos;
    }

    /** Time between two turns, in nanoseconds; 0 for no limit. */
    long intervalNanos() {
        return intervalNanos;
    }

    /**
     * Takes a turn if there is one now.
     *
     * @return 0 if it was taken, else the time until the next turn, in nanoseconds
     */
    long tryTake(long nowNanos) {
        long wait = waitNanos(nowNanos);
        if (wait == 0) {
            take(nowNanos);
        }
        return wait;
    }

    /**
     * Takes the next turn that nobody has.
     *
     * @return the time until then, in nanoseconds
     */
    long take(long nowNanos) {
        long wait = waitNanos(nowNanos);
        nextNanos = (nowNanos - nextNanos > 0 ? nowNanos : nextNanos) + intervalNanos;
        return wait;
    }

    /** Turns that could be taken now, one after another. */
    long turns(long nowNanos) {
        if (intervalNanos == 0) {
            return Long.MAX_VALUE;
        }
        long slackNanos = burstNanos - Math.max(0, nextNanos - nowNanos);
        return slackNanos < 0 ? 0 : 1 + slackNanos / intervalNanos;
    }

    /** Time until the next turn, in nanoseconds. */
    long waitNanos(long nowNanos) {
        return intervalNanos == 0 ? 0 : Math.max(0, nextNanos - burstNanos - nowNanos);
    }
}
