package dev.messplus.routing;

/** How far the expiry of one key's pending requests has come. */
public final class ExpiryQueue {

    /** Number t from which to look for the request that waits longest; older ones are gone. */
    public long oldest = 1;

    /** Number of requests that wait. */
    public long size;

    /** The timer that is set, in milliseconds since the epoch; 0 when none is. */
    public long timerMillis;
}
