package dev.messplus.job.kafka.source;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.flink.util.clock.Clock;

/**
 * The wall clock, whose jumps ahead count only when they have lasted for a while. Something that
 * happened before the jump never looks older than it is, as long as it is younger than that while.
 *
 * <p>The time is that of a clock that cannot be set, and the least by which the wall clock was
 * ahead of it in the last {@code windowMillis}. Not safe for use by several threads.
 */
final class SteadyClock {

    private final Clock clock;
    private final long windowMillis;

    /** By how much the wall clock was ahead; each is larger than those before it. */
    private final Deque<Ahead> ahead = new ArrayDeque<>();

    /**
     * How far the wall clock is ahead of the one that cannot be set.
     *
     * @param millis the difference in milliseconds
     * @param atMillis when it was last as small, on the clock that cannot be set
     */
    private record Ahead(long millis, long atMillis) {}

    /**
     * A steady view of a clock.
     *
     * @param windowMillis how long a jump must have lasted to count, in milliseconds
     */
    SteadyClock(Clock clock, long windowMillis) {
        this.clock = clock;
        this.windowMillis = windowMillis;
    }

    /** The time in milliseconds since the epoch. */
    long millis() {
        long elapsedMillis = clock.relativeTimeMillis();
        long aheadMillis = clock.absoluteTimeMillis() - elapsedMillis;
        while (!ahead.isEmpty() && ahead.peekLast().millis >= aheadMillis) {
            ahead.removeLast();
        }
        ahead.addLast(new Ahead(aheadMillis, elapsedMillis));
        while (elapsedMillis - ahead.peekFirst().atMillis > windowMillis) {
            ahead.removeFirst();
        }
        return elapsedMillis + ahead.peekFirst().millis;
    }
}
