package dev.messplus.job.kafka;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;

/**
 * How many requests the readers of one job may read.
 *
 * <pre>
 *   free = sum of what infer has places for - what readers may still read - what is on its way
 * </pre>
 *
 * <p>Credits are leases. What is on its way arrives, or whoever drops it says so; should either be
 * missed, the least that was on its way for {@link #LEASE_TICKS} ticks is taken to be lost, and its
 * credits are given again. Not safe for use by several threads.
 */
final class CreditBoard {

    /** Ticks after which what never arrived is taken to be lost. */
    static final int LEASE_TICKS = 2;

    /** Who models are called by, and the requests that each has places for. */
    private final Map<Integer, Integer> places = new HashMap<>();

    /** What each reader was granted and has not used, as far as is known. */
    private final Map<Integer, Integer> unused = new HashMap<>();

    /** Readers that have data and no credit, the one that waits longest first. */
    private final Set<Integer> asking = new LinkedHashSet<>();

    /** Readers that were asked to return what they have, and have not answered. */
    private final Set<Integer> recalled = new HashSet<>();

    /** Read, and neither arrived nor dropped; below 0 if more arrived than is known to be read. */
    private int onTheWay;

    private int leastOnTheWay;
    private int ticks;

    /** A subtask of infer has received {@code arrived} requests, and has {@code credits} places. */
    void places(int subtask, int arrived, int credits) {
        places.put(subtask, credits);
        moveOn(-arrived);
    }

    /** Requests that were read and will not arrive. */
    void dropped(int requests) {
        moveOn(-requests);
    }

    /** A reader has started, with all others of its job. */
    void started(int reader) {
        unused.put(reader, 0);
        asking.remove(reader);
        recalled.remove(reader);
        onTheWay = 0;
        leastOnTheWay = 0;
    }

    /**
     * A reader has read.
     *
     * @param read requests since it said so last
     * @param returned credits that it will not use
     * @param asks whether it needs more credits
     */
    void read(int reader, int read, int returned, boolean asks) {
        recalled.remove(reader);
        unused.merge(reader, -read - returned, (had, used) -> Math.max(0, had + used));
        moveOn(read);
        if (asks) {
            asking.add(reader);
        }
    }

    private void moveOn(int requests) {
        // What arrives may have been read without a report so far. What was on its way before a
        // restart arrives without having been read.
        onTheWay = Math.max(-unused(), onTheWay + requests);
        leastOnTheWay = Math.min(leastOnTheWay, Math.max(0, onTheWay));
    }

    private int unused() {
        return unused.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Some seconds are over. */
    void tick() {
        if (++ticks % LEASE_TICKS == 0) {
            onTheWay -= leastOnTheWay;
            leastOnTheWay = Math.max(0, onTheWay);
        }
    }

    /** Credits that nobody has; below 0 if there are too many requests on the way. */
    int free() {
        long free = -unused() - onTheWay;
        for (int subtask : places.values()) {
            free += subtask;
        }
        return (int) Math.max(Integer.MIN_VALUE, free);
    }

    /**
     * Grants what is free to the readers that ask, in turn and in equal parts.
     *
     * @param grant called with a reader and its credits
     */
    void grant(ObjIntConsumer<Integer> grant) {
        for (int free = free(); free > 0 && !asking.isEmpty(); free = free()) {
            Iterator<Integer> first = asking.iterator();
            int part = (free + asking.size() - 1) / asking.size();
            int reader = first.next();
            first.remove();
            unused.merge(reader, part, Integer::sum);
            grant.accept(reader, part);
        }
    }

    /**
     * Readers that are to return their credits, because they do not use them and others have none.
     * They are named once, until they have answered.
     */
    Set<Integer> recall() {
        Set<Integer> idle = new LinkedHashSet<>();
        if (asking.stream().anyMatch(reader -> unused.getOrDefault(reader, 0) == 0)) {
            unused.forEach(
                    (reader, credits) -> {
                        if (credits > 0 && recalled.add(reader)) {
                            idle.add(reader);
                        }
                    });
        }
        return idle;
    }
}
