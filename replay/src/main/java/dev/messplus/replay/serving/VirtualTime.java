package dev.messplus.replay.serving;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * A clock that jumps from event to event. Events of the same moment run in the order of {@link
 * #at}.
 */
final class VirtualTime {

    /** Not 0, which means unknown in some records, and not the machine's time: runs are equal. */
    private static final long START_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Something that happens at a moment. */
    static final class Event {

        private final long nanos;
        private final long number;
        private Runnable action;

        private Event(long nanos, long number, Runnable action) {
            this.nanos = nanos;
            this.number = number;
            this.action = action;
        }

        long nanos() {
            return nanos;
        }

        /** It does not happen any more. */
        void cancel() {
            action = null;
        }
    }

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong((Event event) -> event.nanos)
                            .thenComparingLong(event -> event.number));

    private long now = START_NANOS;
    private long scheduled;

    /** The time, in nanoseconds. */
    long nanoTime() {
        return now;
    }

    /** The time, in milliseconds since the epoch. */
    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(now);
    }

    /** Seconds since the start. */
    double seconds() {
        return seconds(now);
    }

    /** Seconds from the start to a moment. */
    static double seconds(long nanos) {
        return (nanos - START_NANOS) / SECOND;
    }

    /** The moment that many seconds after the start. */
    static long nanos(double seconds) {
        return START_NANOS + Math.round(seconds * SECOND);
    }

    /** Has something happen at a moment, or now if that has passed. */
    Event at(long nanos, Runnable action) {
        Event event = new Event(Math.max(nanos, now), scheduled++, action);
        events.add(event);
        return event;
    }

    /** Has something happen after some time, at least 0. */
    Event after(long nanos, Runnable action) {
        return at(now + nanos, action);
    }

    /** Runs all that happens up to a moment, that moment included. */
    void runUntil(long nanos) {
        while (!events.isEmpty() && events.peek().nanos <= nanos) {
            Event next = events.remove();
            now = next.nanos;
            if (next.action != null) {
                next.action.run();
            }
        }
        now = Math.max(now, nanos);
    }
}
