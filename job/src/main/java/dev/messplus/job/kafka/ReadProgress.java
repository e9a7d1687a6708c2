package dev.messplus.job.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * How far one partition has been read: as an offset, and as the time up to which everything that
 * was written has been read. That time is known from where the log ended at times: once the reader
 * has reached such an end, it has read all that was written by then.
 *
 * <p>While the end is unknown, or cannot be reached because a transaction is open, the time stands
 * still. Not for ever, because requests wait for labels meanwhile: after {@link #MAX_HELD_TICKS} it
 * goes on.
 */
final class ReadProgress {

    /** The time of a partition of which nothing is known. */
    static final long UNKNOWN = Long.MIN_VALUE;

    /**
     * Ticks of a second for which the time stands still at most: an hour, four times as long as
     * Kafka lets transactions be open by default ({@code transaction.max.timeout.ms}). Without it,
     * a partition that is lost would have requests wait for ever.
     */
    static final int MAX_HELD_TICKS = 3_600;

    /**
     * Ends that are remembered and were not reached, as far apart as is needed. A reader that is
     * further behind knows its time less exactly, to a thirtieth of what it is behind. Without it,
     * a backlog of a day would have 86,400 of them.
     */
    static final int MAX_ENDS = 64;

    private static final long TICK_MILLIS = LabelTimeSource.TICK_MILLIS;

    /** The ends that were not reached, the earliest first. */
    private final Deque<End> ends = new ArrayDeque<>();

    /** Least time between two of them, in milliseconds. */
    private long apartMillis;

    private long next;
    private long readMillis = UNKNOWN;

    /** Where the reader was at the last tick. */
    private long nextAtTick;

    private int heldTicks;

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
     * @param next the first offset to read; negative if it is not known
     */
    ReadProgress(long next) {
        this.next = Math.max(0, next);
        this.nextAtTick = this.next;
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
     * A second is over.
     *
     * @param end where the partition ends, or {@link LogEnds#UNKNOWN}
     * @param asOfMillis when it ended there, in milliseconds since the epoch
     * @param waits whether the reader has nothing to read; otherwise it will go on
     */
    void tick(long end, long asOfMillis, boolean waits) {
        if (end != LogEnds.UNKNOWN) {
            add(new End(end, asOfMillis));
        }
        long millisBefore = readMillis;
        read(next);
        if (next != nextAtTick || readMillis != millisBefore) {
            heldTicks = 0;
        } else if (waits) {
            heldTicks++;
        }
        nextAtTick = next;
        if (heldTicks > MAX_HELD_TICKS) {
            readMillis = Math.max(readMillis, asOfMillis - MAX_HELD_TICKS * TICK_MILLIS);
        }
    }

    /** Remembers an end, and forgets every second one if there are too many. */
    private void add(End end) {
        if (ends.isEmpty()) {
            apartMillis = TICK_MILLIS;
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

    /** For how many ticks in a row the time has stood still while there was nothing to read. */
    int heldTicks() {
        return heldTicks;
    }

    /**
     * Everything that was written before this time has been read; in milliseconds since the epoch,
     * {@link #UNKNOWN} if nothing is known.
     */
    long readMillis() {
        return readMillis;
    }
}
