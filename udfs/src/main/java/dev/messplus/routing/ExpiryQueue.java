package dev.messplus.routing;

/**
 * Where the expiry of one SLA's pending requests stands. Requests are given up in the order in
 * which they were decided, so one timer per SLA suffices, however many requests wait.
 */
public final class ExpiryQueue {

    /** Number (t) from which to look for the request that waits longest; older ones are gone. */
    public long oldest = 1;

    /** Requests that wait. */
    public long size;

    /** The timer that is set, in milliseconds since the epoch; 0 when none is. */
    public long timerMillis;
}
