package dev.messplus.infer.admission.limit;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The calls in flight at which one server is busy and its own queue short, learned from the calls
 * of one subtask. It starts low and doubles from round to round. A round looks at calls that began
 * under its limit, about as many as the limit, and ends with the next one by the best signal there
 * was: the time that the server worked on them, then the queue on its page ({@link QueueRule}),
 * then only their latency and tokens ({@link ThroughputSearch}). Calls that were fewer than four
 * fifths of the limit, in the mean, never raise it. Not safe for use by several threads.
 */
public final class LearnedLimit {

    /** Limit at the start: what nearly every server runs at a time. Twice it is one round away. */
    private static final int START = 4;

    /** Part of the limit that a refusal leaves; higher ones are refused longer. */
    private static final double KEPT_WHEN_REFUSED = 0.8;

    /** Calls of a round, at least: fewer are noise, above all with limits of 1 and 2. */
    private static final int LEAST_CALLS = 4;

    /**
     * Calls of a round of the search, at least, and per call in flight: it compares rounds, so that
     * it needs more of them.
     */
    private static final int LEAST_CALLS_OF_SEARCH = 24;

    private static final int SEARCH_CALLS_PER_PLACE = 2;

    /** Rounds of the search differ by subtask: those in step would take each other's for theirs. */
    private static final double GOLDEN_RATIO = 0.618;

    /**
     * A wait that may be the network's, in seconds, however long it lasts: the way to another
     * continent. Without this bound, a queue that never ends would become the network; with none
     * allowed, short calls of a far server would end at one at a time.
     */
    private static final double MOST_NETWORK_SECONDS = 0.25;

    /**
     * Part of a longer wait that the network takes over per round, should its way have changed, and
     * of the client's own time that is forgotten.
     */
    private static final double NETWORK_PER_ROUND = 1.0 / 64;

    /** Part of a limit below which its effect on the wait stands out from noise. */
    private static final double MUCH_LOWER = 0.8;

    /** How long a page is waited for after one was seen: several times the usual 1 to 5 seconds. */
    private static final long PAGE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final int max;
    private final LongSupplier nanoTime;
    private final QueueRule queueRule = new QueueRule();
    private final ThroughputSearch search;
    private final double searchCalls;

    private double limit;
    private int inFlight;
    private long idleSinceNanos;
    private Round round;
    private double networkSeconds = MOST_NETWORK_SECONDS;
    private double clientSeconds;
    private double limitBefore = Double.NaN;
    private double slownessBefore = Double.NaN;
    private long pageUntilNanos;
    private long refusedUntilNanos;
    private long latencyNanos = TimeUnit.SECONDS.toNanos(1);

    /**
     * A limit of few calls, which grows at once.
     *
     * @param max calls of this subtask, at most; at least 1
     * @param share of the subtask, of which only the number of subtasks and its own number count
     * @param nanoTime a clock like {@link System#nanoTime}
     */
    public LearnedLimit(int max, Share share, LongSupplier nanoTime) {
        this.max = max;
        this.nanoTime = nanoTime;
        search = new ThroughputSearch(max, share);
        searchCalls = 1 + share.subtask() * GOLDEN_RATIO % 1;
        limit = Math.min(START, max);
        long now = nanoTime.getAsLong();
        round = new Round(now, limit(), true, 0);
        idleSinceNanos = now;
        pageUntilNanos = now;
        refusedUntilNanos = now;
    }

    /** Calls that may be in flight, at least 1. */
    public int limit() {
        return (int) limit;
    }

    /** A call has begun or ended: from now on, as many are in flight. A pause ends the round. */
    public void inFlight(int calls) {
        long now = nanoTime.getAsLong();
        if (calls == 0) {
            idleSinceNanos = now;
        } else if (inFlight == 0 && now - idleSinceNanos > latencyNanos) {
            round = new Round(now, limit(), true, 0);
        }
        inFlight = calls;
        round.inFlight(calls, now);
    }

    /** A call was answered. */
    public void answered(CallSample call) {
        long now = nanoTime.getAsLong();
        round.add(call, now);
        boolean byPage = !round.knowsWork() && now - pageUntilNanos < 0;
        boolean byQueue = round.knowsWork() || byPage;
        if (round.calls() < calls(byQueue) || byPage && !round.hasPage()) {
            return;
        }
        latencyNanos = Math.round(round.meanLatency() * TimeUnit.SECONDS.toNanos(1));
        if (byQueue) {
            double waiting = byPage ? round.waitingByPage() : round.waitingByWork(network());
            limitBefore = limit;
            slownessBefore = round.slowness();
            begin(queueRule.next(limit, waiting, round.isFull(now)));
        } else {
            if (!Double.isNaN(limitBefore)) {
                // The search goes on from the limit that the rule has found.
                search.lowered(limit);
                limitBefore = Double.NaN;
            }
            begin(round.isFull(now) ? search.next(round.throughput()) : limit);
        }
    }

    /** Calls of the round; half of them while it doubles: those that it added. */
    private double calls(boolean byQueue) {
        if (byQueue ? queueRule.doubles() : search.doubles()) {
            return Math.max(1, limit() / 2);
        }
        return byQueue
                ? Math.max(LEAST_CALLS, limit())
                : searchCalls * Math.max(LEAST_CALLS_OF_SEARCH, SEARCH_CALLS_PER_PLACE * limit());
    }

    /**
     * What a call waits for without a queue: the least wait of late, unless it is known that calls
     * wait for something else, such as a client that is short of processor time. Without that, such
     * a client would keep to one call.
     */
    private double network() {
        double least = Math.min(MOST_NETWORK_SECONDS, round.leastWaiting());
        double longer = Math.max(0, least - networkSeconds);
        networkSeconds = Math.min(networkSeconds, least) + longer * NETWORK_PER_ROUND;
        clientSeconds =
                waitsForNoQueue()
                        ? Math.min(MOST_NETWORK_SECONDS, round.meanWaiting())
                        : clientSeconds * (1 - NETWORK_PER_ROUND);
        return Math.max(networkSeconds, clientSeconds);
    }

    /**
     * Whether a much lower limit has left the wait as it was: a queue would have become shorter in
     * proportion. With one call at a time, no call waits for others of this subtask.
     */
    private boolean waitsForNoQueue() {
        double part = limit / limitBefore;
        return limit() == 1
                || part < MUCH_LOWER && round.slowness() > Math.sqrt(part) * slownessBefore;
    }

    private void begin(double next) {
        boolean raised = next >= limit;
        limit = Math.max(1, Math.min(max, next));
        round = new Round(nanoTime.getAsLong(), limit(), raised, inFlight);
    }

    /**
     * The server refused a call for its load (429, 503, 529). Lowers the limit at once, and once in
     * the time of a call: what is refused meanwhile began under the higher limit.
     */
    public void refused() {
        long now = nanoTime.getAsLong();
        if (now - refusedUntilNanos >= 0) {
            refusedUntilNanos = now + latencyNanos;
            begin(limit * KEPT_WHEN_REFUSED);
            queueRule.lowered();
            search.lowered(limit);
        }
    }

    /**
     * The server's page of metrics was read: every second or so, since a round waits for it.
     *
     * @param waitingInServer calls of all clients in its queue
     * @param runningInServer calls that it works on; 0 if it does not say
     */
    public void pageShows(int waitingInServer, int runningInServer) {
        pageUntilNanos = nanoTime.getAsLong() + PAGE_NANOS;
        round.addPage(waitingInServer, runningInServer);
    }
}
