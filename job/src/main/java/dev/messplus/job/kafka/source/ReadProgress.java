package dev.messplus.job.kafka.source;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * How far one partition has been read: as an offset, and as the time up to which everything that
 * was written has been read. That time is known from where the log ended at times: once the reader
 * has reached such an end, it has read all that was written by then.
 *
 * <p>While the end is unknown, or cannot be reached because a transaction is open, the time stands
 * still. Not for ever, because requests wait for labels meanwhile: after {@link #MAX_HELD_MILLIS}
 * it goes on.
 */
final class ReadProgress {

    /** The time of a partition of which nothing is known. */
    static final long UNKNOWN = Long.MIN_VALUE;

    /**
     * How long the time stands still at most, in milliseconds: an hour, four times as long as Kafka
     * lets transactions be open by default ({@code transaction.max.timeout.ms}). Without it, a
     * partition that is lost would have requests wait for ever.
     */
    static final long MAX_HELD_MILLIS = TimeUnit.HOURS.toMillis(1);

    /**
     * Most of the time between two ticks that counts for that, in milliseconds: more than a
     * question takes. A reader without a tick for longer was backpressured, and could not read.
     */
    static final long MAX_TICK_MILLIS = 5_000;

    /**
     * Ends that are remembered and were not reached, as far apart as is needed. A reader that is
     * further behind knows its time less exactly, to a thirtieth of what it is behind. Without it,
     * a backlog of a day would have 86,400 of them.
     */
    static final int MAX_ENDS = 64;

    /** The ends that were not reached, the earliest and lowest first. */
    private final Deque<End> ends = new ArrayDeque<>();

    /** Least time between two of them, in milliseconds. */
    private long apartMillis;

    private long next;
    private long readMillis = UNKNOWN;

    /** Where the reader was at the last tick, and when that was on a clock that cannot be set. */
    private long nextAtTick;

    private long tickMillis;

    /** For how long the time has stood still although the reader could read. */
    private long heldMillis;

    /**
     * Everything that was written before a time is below an offset.
     *
     * @param offset end of the partition
     * @param millis the time, in milliseconds since the epoch
     */
    private record End(long offset, long millis) {}

    /**
     * Nothing was read yet.
     *
     * @param next the first offset to read, at least 0
     * @param nowMillis the time on a clock that cannot be set, in milliseconds
     */
    ReadProgress(long next, long nowMillis) {
        this.next = next;
        nextAtTick = next;
        tickMillis = nowMillis;
    }

    /** The first offset that was not read. */
    long next() {
        return next;
    }

    /** Everything below an offset has been read. */
    void read(long newNext) {
        next = newNext;
        while (!ends.isEmpty() && ends.peekFirst().offset <= next) {
            readMillis = Math.max(readMillis, ends.removeFirst().millis);
        }
    }

    /**
     * It is known again where the partition ends.
     *
     * @param end where it ends, or {@link LogEnds#UNKNOWN}
     * @param asOfMillis when it ended there, in milliseconds since the epoch
     * @param nowMillis the time on a clock that cannot be set, in milliseconds
     * @param reads whether the reader could have read more of it: it has nothing to read, or has
     *     read of some partition since the last tick
     */
    void tick(long end, long asOfMillis, long nowMillis, boolean reads) {
        if (end != LogEnds.UNKNOWN) {
            add(new End(end, asOfMillis));
        }
        read(next);
        boolean isAtEnd = end != LogEnds.UNKNOWN && end <= next;
        if (isAtEnd || next != nextAtTick) {
            heldMillis = 0;
        } else if (reads) {
            heldMillis += Math.min(MAX_TICK_MILLIS, nowMillis - tickMillis);
        }
        nextAtTick = next;
        tickMillis = nowMillis;
        if (heldMillis > MAX_HELD_MILLIS) {
            readMillis = Math.max(readMillis, asOfMillis - MAX_HELD_MILLIS);
        }
    }

    /** Remembers an end, and forgets every second one if there are too many. */
    private void add(End end) {
        while (!ends.isEmpty() && ends.peekLast().offset >= end.offset) {
            // Nothing was written since, or records were deleted.
            ends.removeLast();
        }
        if (ends.isEmpty()) {
            apartMillis = Leaders.TICK_MILLIS;
        } else if (end.millis - ends.peekLast().millis < apartMillis) {
            return;
        }
        ends.addLast(end);
        if (ends.size() > MAX_ENDS) {
            apartMillis *= 2;
            Iterator<End> all = ends.iterator();
            while (all.hasNext()) {
                all.next();
                if (all.hasNext()) {
                    all.next();
                    all.remove();
                }
            }
        }
    }

    /** For how long the time has stood still although the reader could read, in milliseconds. */
    long heldMillis() {
        return heldMillis;
    }

    /**
     * Everything that was written before this time has been read; in milliseconds since the epoch,
     * {@link #UNKNOWN} if nothing is known.
     */
    long readMillis() {
        return readMillis;
    }
}
