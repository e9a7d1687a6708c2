package dev.messplus.infer.call;

import java.util.function.LongSupplier;

/**
 * For how long a server was asked and replied nothing, over all that ask it. One of many that wait
 * for 2 s each says little of a server; all of them together say much. Safe for use by several
 * threads.
 */
final class Silence {

    private final LongSupplier clock;
    private int asking;
    private long nanos;
    private long sinceNanos;

    /** Nobody asks yet, on a clock in nanoseconds that does not go back. */
    Silence(LongSupplier clock) {
        this.clock = clock;
    }

    /** Somebody asks. */
    synchronized void asked() {
        if (asking++ == 0) {
            sinceNanos = clock.getAsLong();
        }
    }

    /** One of those that ask has a reply, or waits no longer. */
    synchronized void ended(boolean replied) {
        nanos = replied ? 0 : nanos();
        sinceNanos = clock.getAsLong();
        asking--;
    }

    /** For how long somebody has asked since the last reply, in nanoseconds. */
    synchronized long nanos() {
        return asking == 0 ? nanos : nanos + clock.getAsLong() - sinceNanos;
    }
}
