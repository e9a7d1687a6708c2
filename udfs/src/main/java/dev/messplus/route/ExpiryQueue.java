package dev.messplus.route;

/** Progress of expiry among one key's pending requests. */
public final class ExpiryQueue {

    /** Number t from which to look for the request that waits longest; older ones are gone. */
    public long oldest = 1;

    /** Number of requests that wait. */
    public long size;

    /**
     * The timer in event time that is set, in milliseconds since the epoch; 0 when none is, because
     * no request waits, or because the expiry of many goes on in steps.
     */
    public long timerMillis;
}
