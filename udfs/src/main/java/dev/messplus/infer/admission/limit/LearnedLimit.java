package dev.messplus.infer.admission.limit;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The calls in flight at which one server is busy and its own queue short, learned from the calls
 * of one subtask. It starts low and doubles from round to round. A round looks at calls that began
 * under its limit, about as many as the limit, and ends with the next one by the best signal there
 * was: the time that the server worked on them, then the queue on its page ({@link QueueRule}),
 * then only their latency and tokens ({@link ThroughputSearch}). Calls that were fewer than four
 * fifths of the limit, in the mean, leave it as it is. Not safe for use by several threads.
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

    /** How long a page is waited for after one was seen: several times the usual 1 to 5 seconds. */
    private static final long PAGE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** The least factor by which a limit that doubles is raised; other rounds raise by far less. */
    private static final double DOUBLED = 1.5;

    private final int max;
    private final LongSupplier nanoTime;
    private final QueueRule queueRule = new QueueRule();
    private final BaseSlowness base;
    private final ThroughputSearch search;
    private final double searchCalls;

    private double limit;
    private int inFlight;
    private long idleSinceNanos;
    private Round round;
    private boolean byRule;
    private boolean found;
    private long foundNanos;
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
        base = new BaseSlowness(share);
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
        boolean full = round.isFull(now);
        if (!byQueue && byRule) {
            // The search goes on from the limit that the rule has found.
            search.lowered(limit);
        }
        double next = byQueue ? byQueue(byPage, full) : search(full);
        if (full && next <= limit) {
            found = true;
            foundNanos = now;
        } else if (full && next >= DOUBLED * limit) {
            found = false;
        }
        begin(next);
        byRule = byQueue;
    }

    private double search(boolean full) {
        return full ? search.next(round.throughput()) : limit;
    }

    /**
     * Whether more calls would only wait in the server, by the last round in which the limit was in
     * use; otherwise the limit is one that nothing has reached yet.
     */
    public boolean isFound() {
        return found;
    }

    /** When that was seen last, on the clock of the limit. */
    public long foundNanos() {
        return foundNanos;
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

    /** The limit by the server's queue, as its page shows it or as it says of each call. */
    private double byQueue(boolean byPage, boolean full) {
        if (!byPage) {
            base.add(limit(), round, full);
        }
        double waiting = byPage ? round.waitingByPage() : base.waiting();
        double next = queueRule.next(limit, waiting, full);
        if (next >= 2 * limit) {
            // What was learned of few calls at a time says little about many.
            base.forget();
        }
        return next;
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
