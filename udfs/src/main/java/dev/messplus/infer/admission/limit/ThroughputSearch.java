package dev.messplus.infer.admission.limit;

/**
 * The limit where more calls at a time hardly add throughput, for a server that says nothing of its
 * queue. Rounds alternate between two limits, and the lower of them moves by the elasticity between
 * one round and the next: by how many percent throughput grows if there are one percent more calls.
 * It is 1 as long as calls do not slow each other down, 0 when they wait, and between these in a
 * batch: stochastic approximation after Kiefer and Wolfowitz (1952), in logarithms.
 */
final class ThroughputSearch {

    /**
     * Elasticity to stop at. Lower ones keep more calls waiting for little throughput; higher ones
     * end before a batch is full, whose elasticity may be 0.5.
     */
    private static final double WANTED = 0.3;

    /** Elasticity that lets the first limits double; a batch that fills has more. */
    private static final double DOUBLING = 0.5;

    /**
     * Upper limit of a pair divided by the lower. Closer ones differ less than their noise; wider
     * ones cost throughput below, and waiting above.
     */
    private static final double PAIR = 1.22;

    /** Step where nothing is gained by more calls, as a logarithm; by up to 1.5 times this, up. */
    private static final double STEP = 0.1;

    private static final double MAX_STEP = 0.6;
    private static final double MOST_UP = 1.5;

    /** Growth of steps in the same direction, without which a changed server is found late. */
    private static final double FASTER = 1.6;

    /** Standard error of an elasticity that halves a step: noise would walk far without it. */
    private static final double NOISE = 0.3;

    /**
     * A round.
     *
     * @param limit in it
     * @param logThroughput logarithm of its answer tokens (or calls) per second, in any unit
     * @param variance of the logarithm, by chance
     */
    record Measured(int limit, double logThroughput, double variance) {}

    private final int max;
    private final int clients;
    private boolean doubles = true;
    private double lower;
    private double step = STEP;
    private boolean up;
    private Measured before;

    ThroughputSearch(int max, Share share) {
        this.max = max;
        this.clients = share.subtasks();
    }

    /** Whether the limit doubles from round to round. */
    boolean doubles() {
        return doubles;
    }

    /** The limit after a round in which the limit was in use. */
    int next(Measured now) {
        Measured last = before;
        before = now;
        if (doubles) {
            boolean gained = last == null || elasticity(last, now) > DOUBLING;
            if (gained && now.limit < max) {
                return Math.min(max, 2 * now.limit);
            }
            doubles = false;
            lower = gained ? now.limit : last.limit;
        } else if (last != null && last.limit != now.limit) {
            move(last, now);
        }
        long low = Math.max(1, Math.round(Math.min(lower, max / PAIR)));
        long high = Math.min(max, Math.max(low + 1, Math.round(low * PAIR)));
        return (int) (now.limit < high ? high : low);
    }

    private void move(Measured last, Measured now) {
        double distance = Math.log((double) now.limit / last.limit) / clients;
        double error = (last.variance + now.variance) / (distance * distance);
        double direction = (elasticity(last, now) - WANTED) / WANTED;
        boolean same = up == direction > 0;
        up = direction > 0;
        step = same ? Math.min(MAX_STEP, step * FASTER) : STEP;
        double trusted = NOISE * NOISE / (NOISE * NOISE + error);
        double moved =
                lower * Math.exp(step * trusted * Math.max(-1, Math.min(MOST_UP, direction)));
        lower = Math.max(1, Math.min(max, moved));
    }

    /**
     * The elasticity of all clients together. One of several equal clients changes only a part of
     * the calls: it sees its share of what latency would do, and gains what others lose.
     */
    private double elasticity(Measured last, Measured now) {
        double own =
                (now.logThroughput - last.logThroughput)
                        / Math.log((double) now.limit / last.limit);
        return 1 - clients * (1 - own);
    }

    /** The limit was lowered by another rule. */
    void lowered(double limit) {
        doubles = false;
        lower = limit;
        before = null;
    }
}
