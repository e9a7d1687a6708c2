package dev.messplus.job.source;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;

/**
 * How many requests the readers of one job may read.
 *
 * <pre>
 *   free = places of infer / (1 - dropped) + way - what readers may still read - what is on its way
 * </pre>
 *
 * <p>where <em>way</em> is most of what has lately been between a grant and its arrival, while
 * readers waited for credits: on a busy cluster, requests take so long that places would idle. And
 * <em>dropped</em> is the share of dead letters and repeats in what was read in the last seconds.
 * They need no place: otherwise a flood of them would be read as slowly as models answer.
 *
 * <p>Credits are leases. What is on its way arrives, or whoever drops it says so; should either be
 * missed, the least that was on its way for {@link #LEASE_TICKS} ticks is taken to be lost, and its
 * credits are given again. A reader from which nothing is heard for {@link #SILENT_TICKS} ticks
 * returns what it has, if another one waits for credits. Not safe for use by several threads.
 */
final class CreditBoard {

    /** Ticks of a second after which what never arrived is taken to be lost. */
    static final int LEASE_TICKS = 10;

    /** Ticks after which a reader that says nothing does not use its credits. */
    static final int SILENT_TICKS = 2;

    /**
     * Requests that count as not dropped beside those of the last seconds. Without them, the first
     * dead letter would look like a flood.
     */
    private static final int ASSUMED = 64;

    /**
     * Requests that are read for each place, at most. When a flood ends, as many requests may be
     * decided before they can be called.
     */
    private static final double MOST_FOR_A_PLACE = 32;

    /**
     * Part of what was on its way that is granted once more: the way may take so long that four
     * times as many are on it as may wait in infer. With 1, there would be no end; with 0, models
     * idle while the way takes longer than what waits in infer lasts.
     */
    private static final double MORE_ON_THE_WAY = 0.75;

    /**
     * Part of all shares that is even. Without it, what readers have read would decide for ever
     * what they read, even if others have backlogs as long.
     */
    private static final double EVEN = 1.0 / 8;

    /** Weight of a tick in the mean of what was on its way. */
    private static final double GAIN = 1.0 / 4;

    /** Who models are called by, and the requests that each has places for. */
    private final Map<Integer, Integer> places = new HashMap<>();

    /** The requests that the calls of each of them use in a turn. */
    private final Map<Integer, Integer> perTurn = new HashMap<>();

    /** What each reader was granted and has not used, as far as is known. */
    private final Map<Integer, Integer> unused = new HashMap<>();

    /** What each reader has read in the last seconds. */
    private final Map<Integer, Double> readLately = new HashMap<>();

    /** Readers that need credits, or will soon; the one that has waited longest is first. */
    private final Set<Integer> asking = new LinkedHashSet<>();

    /** The tick at which something was heard of each reader, or granted to it. */
    private final Map<Integer, Integer> heard = new HashMap<>();

    /** Readers that are to return what they have, and what they were granted since. */
    private final Map<Integer, Integer> recalled = new HashMap<>();

    /** Read, and neither arrived nor dropped; below 0 if more arrived than is known to be read. */
    private int onTheWay;

    private int leastOnTheWay;

    /** Granted and not arrived in the last seconds, in the mean; 0 if no reader waited. */
    private double onTheWayLately;

    /** Whether a reader had requests to read and no credit in this tick. */
    private boolean waited;

    /** Granted and not arrived in this tick: sum and number of what was seen. */
    private double notArrived;

    private int samples;

    /** Requests of the last seconds that were dropped, and that have arrived. */
    private double droppedLately;

    private double arrivedLately;

    private int ticks;

    /** A subtask of infer has received {@code arrived} requests, and has {@code credits} places. */
    void places(int subtask, int arrived, int credits) {
        places.put(subtask, credits);
        arrivedLately += arrived;
        moveOn(-arrived);
    }

    /** A subtask of infer says what its calls use in a turn: so many requests are read together. */
    void turn(int subtask, int requests) {
        perTurn.put(subtask, requests);
    }

    /** Requests that were read and will not arrive. */
    void dropped(int requests) {
        droppedLately += requests;
        moveOn(-requests);
    }

    /** A reader has started, with all others of its job. */
    void started(int reader) {
        unused.put(reader, 0);
        readLately.put(reader, 0.0);
        heard.put(reader, ticks);
        asking.remove(reader);
        recalled.remove(reader);
        onTheWay = 0;
        leastOnTheWay = 0;
        onTheWayLately = 0;
        waited = false;
        notArrived = 0;
        samples = 0;
        droppedLately = 0;
        arrivedLately = 0;
    }

    /**
     * A reader needs credits.
     *
     * @param read requests that it has read since it said so last
     * @param hasWaited whether it had none since then, and requests to read
     */
    void asks(int reader, int read, boolean hasWaited) {
        waited |= hasWaited;
        unused.merge(reader, -read, (had, used) -> Math.max(0, had + used));
        readLately.merge(reader, (double) read, Double::sum);
        heard.put(reader, ticks);
        asking.add(reader);
        moveOn(read);
    }

    /**
     * A reader has returned its credits. It asks again when it needs some.
     *
     * @param read requests that it has read since it said so last
     */
    void returned(int reader, int read) {
        Integer since = recalled.remove(reader);
        unused.put(reader, since == null ? 0 : since);
        readLately.merge(reader, (double) read, Double::sum);
        heard.put(reader, ticks);
        asking.remove(reader);
        moveOn(read);
    }

    private void moveOn(int requests) {
        // What arrives may have been read without a report so far. What was on its way before a
        // restart arrives without having been read.
        onTheWay = Math.max(-unused(), onTheWay + requests);
        leastOnTheWay = Math.min(leastOnTheWay, Math.max(0, onTheWay));
        notArrived += unused() + onTheWay;
        samples++;
    }

    private int unused() {
        return sum(unused);
    }

    private static int sum(Map<Integer, Integer> requests) {
        return requests.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** A second is over. */
    void tick() {
        droppedLately /= 2;
        arrivedLately /= 2;
        readLately.replaceAll((reader, read) -> read / 2);
        onTheWayLately += GAIN * ((waited ? notArrived / samples : 0) - onTheWayLately);
        waited = false;
        notArrived = 0;
        samples = 0;
        if (++ticks % LEASE_TICKS == 0) {
            onTheWay -= leastOnTheWay;
            leastOnTheWay = Math.max(0, onTheWay);
        }
    }

    /** Credits that nobody has; below 0 if there are too many requests on the way. */
    int free() {
        long free = 0;
        for (int subtask : places.values()) {
            free += subtask;
        }
        double way = MORE_ON_THE_WAY * onTheWayLately;
        if (free > 0) {
            double forAPlace = 1 + droppedLately / (arrivedLately + ASSUMED);
            double most = Math.min(MOST_FOR_A_PLACE * free, free * forAPlace + way);
            free = (long) Math.max(most, way);
        } else {
            free += (long) way;
        }
        return (int) Math.max(Integer.MIN_VALUE, free - unused() - onTheWay);
    }

    /**
     * Grants what is free to the readers that ask, one after another. A reader has its part of all
     * credits, by what it has read in the last seconds, or its part of a turn if that is more; less
     * than half a turn waits until more is free, because each grant costs CPU time.
     *
     * @param any whether less is granted as well: perhaps nobody will report that more is free
     * @param grant called with a reader and its credits
     */
    void grant(boolean any, ObjIntConsumer<Integer> grant) {
        while (!asking.isEmpty()) {
            int reader = asking.iterator().next();
            double share = share(reader);
            int turn = Math.max(1, (int) (sum(perTurn) * share));
            int free = free();
            if (free < (any ? 1 : (turn + 1) / 2)) {
                return;
            }
            int had = unused.getOrDefault(reader, 0);
            int up = (int) (share * (free + unused())) - had;
            int part = Math.max(Math.min(turn, free), Math.min(up, free));
            asking.remove(reader);
            unused.merge(reader, part, Integer::sum);
            recalled.computeIfPresent(reader, (recalledReader, since) -> since + part);
            heard.put(reader, ticks);
            grant.accept(reader, part);
        }
    }

    /** Part of a reader in what is read. */
    private double share(int reader) {
        double even = 1.0 / Math.max(1, readLately.size());
        double all = readLately.values().stream().mapToDouble(Double::doubleValue).sum();
        double part = all == 0 ? even : readLately.getOrDefault(reader, 0.0) / all;
        return EVEN * even + (1 - EVEN) * part;
    }

    /**
     * Readers that are to return their credits: others wait for some, and these have said nothing
     * for a while. They are named once, until they have returned them.
     */
    Set<Integer> recall() {
        Set<Integer> silent = new LinkedHashSet<>();
        if (!asking.isEmpty()) {
            unused.forEach(
                    (reader, credits) -> {
                        boolean isSilent =
                                ticks - heard.getOrDefault(reader, ticks) >= SILENT_TICKS;
                        if (credits > 0 && isSilent && recalled.putIfAbsent(reader, 0) == null) {
                            silent.add(reader);
                        }
                    });
        }
        return silent;
    }
}
