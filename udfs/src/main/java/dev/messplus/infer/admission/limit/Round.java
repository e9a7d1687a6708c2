package dev.messplus.infer.admission.limit;

import java.util.concurrent.TimeUnit;

/** What was seen of the calls that began under one limit. Times are in seconds. */
final class Round {

    /**
     * Part of the limit that is in use in the mean, at least, if it is what holds back calls. Calls
     * that end together are followed by others a moment later, so that all of it would be too much;
     * with half of it, load that comes and goes moves the limit.
     */
    private static final double FULL = 0.8;

    private final long startNanos;
    private final int limit;

    /** Whether the limit was raised: its calls may be seen to wait as soon as they begin. */
    private final boolean raised;

    /** Calls in flight now, and since when. */
    private int inFlight;

    private long inFlightSinceNanos;

    /** Time of all places of the limit that were in use, in nanoseconds. */
    private double usedNanos;

    private int calls;
    private double latency;
    private double latencySquares;
    private double size;
    private double sizeSquares;
    private double latencyTimesSize;

    private double work;
    private double waiting;
    private double waitingSquares;
    private double leastWaiting = Double.POSITIVE_INFINITY;
    private int working;

    private int pages;
    private double waitingOnPages;
    private double runningOnPages;

    Round(long startNanos, int limit, boolean raised, int inFlight) {
        this.startNanos = startNanos;
        this.limit = limit;
        this.raised = raised;
        this.inFlight = inFlight;
        this.inFlightSinceNanos = startNanos;
    }

    /** Other calls are in flight from now on. */
    void inFlight(int newInFlight, long nowNanos) {
        usedNanos += Math.min(inFlight, limit) * (double) (nowNanos - inFlightSinceNanos);
        inFlight = newInFlight;
        inFlightSinceNanos = nowNanos;
    }

    /** Adds a call that has ended now, if it began in this round: others saw another limit. */
    void add(CallSample call, long nowNanos) {
        if (nowNanos - call.latencyNanos() - startNanos < 0) {
            return;
        }
        double seconds = call.latencyNanos() / (double) TimeUnit.SECONDS.toNanos(1);
        double tokens = call.tokens() > 0 ? call.tokens() : 1;
        calls++;
        latency += seconds;
        latencySquares += seconds * seconds;
        size += tokens;
        sizeSquares += tokens * tokens;
        latencyTimesSize += seconds * tokens;
        if (call.workSeconds() > 0) {
            working++;
            work += call.workSeconds();
            double waited = Math.max(0, seconds - call.workSeconds());
            waiting += waited;
            waitingSquares += waited * waited;
            leastWaiting = Math.min(leastWaiting, waited);
        }
    }

    /** Adds a page, unless it may still show what waited under a higher limit. */
    void addPage(int waitingInServer, int runningInServer) {
        if (raised || calls > 0) {
            pages++;
            waitingOnPages += waitingInServer;
            runningOnPages += runningInServer;
        }
    }

    int calls() {
        return calls;
    }

    /** Whether the limit was what held back calls. */
    boolean isFull(long nowNanos) {
        inFlight(inFlight, nowNanos);
        return usedNanos >= FULL * limit * (nowNanos - startNanos);
    }

    boolean knowsWork() {
        return working > 0;
    }

    boolean hasPage() {
        return pages > 0;
    }

    double meanLatency() {
        return latency / calls;
    }

    /** The shortest wait of a call outside of the server's work. */
    double leastWaiting() {
        return leastWaiting;
    }

    /**
     * Latency divided by work.
     *
     * @param network part of the latency that does not count
     */
    double slowness(double network) {
        return 1 + Math.max(0, waiting - working * network) / work;
    }

    /** Variance of its logarithm, as waits differ by chance. */
    double slownessVariance(double network) {
        double mean = waiting / working;
        double squares = Math.max(0, waitingSquares / working - mean * mean);
        double total = (work + Math.max(0, waiting - working * network)) / working;
        return squares / Math.max(1, working - 1) / (total * total);
    }

    /** Waiting divided by work, by the server's page. */
    double waitingByPage() {
        return waitingOnPages / (runningOnPages > 0 ? runningOnPages : (double) pages * limit);
    }

    /**
     * Throughput, by Little's law: calls in flight divided by latency. Its noise is that of a ratio
     * of two means, which is none if latency is proportional to tokens.
     */
    ThroughputSearch.Measured throughput() {
        double perToken = latency / size;
        double squares =
                latencySquares
                        - 2 * perToken * latencyTimesSize
                        + perToken * perToken * sizeSquares;
        double variance = Math.max(0, squares) / (latency * latency);
        return new ThroughputSearch.Measured(limit, Math.log(limit / perToken), variance);
    }
}
