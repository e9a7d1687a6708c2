package dev.messplus.infer.admission.limit;

/**
 * Latency divided by work of calls that wait for no other call: 1, and what a client takes that is
 * short of processor time. It is what the base round-trip time is in TCP Vegas. What the network
 * takes does not count: it is the least wait of a call of late.
 *
 * <p>Waits are a queue if they grow with the number of calls in flight. Their elasticity is 1 where
 * calls wait for a slot, because {@code n} of them on {@code s} slots take {@code n / s} of their
 * work, and 0 where they wait for something else: it is the slope of a regression over the last
 * rounds, in logarithms. In rounds without a queue, the base is learned.
 */
final class BaseSlowness {

    /**
     * Elasticity from which on waits are a queue. With a higher value, queues grow longer before
     * they are seen; with a lower one, noise is taken for a queue.
     */
    private static final double QUEUE = 0.4;

    /** Part of the past that each round forgets in the regression. */
    private static final double FORGOTTEN = 1.0 / 16;

    /**
     * Squared distance of limits, as logarithms, that outweighs the assumption of a queue, for each
     * subtask: a wait lowers the limit of the only subtask by about a sixth before it may count as
     * none, and those of 16 by about half. Without it, noise decides as long as limits hardly move.
     */
    private static final double ASSUMED = 0.02;

    /** Standard errors by which waits rise by chance. */
    private static final double CHANCE = 3;

    /**
     * Part of the base that a round without a queue learns, and that another one forgets. Without
     * that, a queue that was once taken for the client's time would stay.
     */
    private static final double GAIN = 1.0 / 32;

    /**
     * A wait that may be the network's, in seconds, however long it lasts: the way to another
     * continent. Without this bound, a queue that never ends would become the network; with none
     * allowed, short calls of a far server would end at one at a time.
     */
    private static final double MOST_NETWORK_SECONDS = 0.25;

    /** Part of a longer wait that the network takes over per round, should its way have changed. */
    private static final double NETWORK_PER_ROUND = 1.0 / 64;

    private final int clients;
    private double networkSeconds = MOST_NETWORK_SECONDS;
    private double logBase;

    private double weight;
    private double meanLimit;
    private double meanSlowness;
    private double squares;
    private double products;

    private double slowness;
    private double lastLimit;
    private double lastSlowness;
    private double lastVariance;
    private boolean queue;

    /**
     * Nothing is known, so that all waits are a queue.
     *
     * @param share of the subtask: one of several changes only a part of the calls in flight
     */
    BaseSlowness(Share share) {
        clients = share.subtasks();
    }

    /**
     * Adds a round whose calls began under {@code limit}.
     *
     * @param full whether the limit was in use: waits say nothing of one that was not
     */
    void add(int limit, Round round, boolean full) {
        double least = Math.min(MOST_NETWORK_SECONDS, round.leastWaiting());
        double longer = Math.max(0, least - networkSeconds);
        networkSeconds = Math.min(networkSeconds, least) + longer * NETWORK_PER_ROUND;

        slowness = Math.log(round.slowness(networkSeconds));
        if (full) {
            learn(limit, round.slownessVariance(networkSeconds));
        }
    }

    private void learn(int limit, double variance) {
        double logLimit = Math.log(limit);
        double rise = slowness - lastSlowness - Math.max(0, logLimit - lastLimit);
        if (weight > 0 && rise > CHANCE * Math.sqrt(variance + lastVariance)) {
            // The server has changed, or the client: nobody knows yet which.
            forget();
        }
        lastLimit = logLimit;
        lastSlowness = slowness;
        lastVariance = variance;
        regress(logLimit);
        // With one call at a time, no call waits for others of this subtask.
        double assumed = ASSUMED * clients;
        queue = limit > 1 && products * clients + assumed >= QUEUE * (squares + assumed);
        logBase += GAIN * ((queue ? 0 : slowness) - logBase);
        logBase = Math.min(slowness, logBase);
    }

    private void regress(double limit) {
        double kept = weight * (1 - FORGOTTEN);
        weight = kept + 1;
        double toLimit = limit - meanLimit;
        double toSlowness = slowness - meanSlowness;
        meanLimit += toLimit / weight;
        meanSlowness += toSlowness / weight;
        squares = squares * (1 - FORGOTTEN) + kept / weight * toLimit * toLimit;
        products = products * (1 - FORGOTTEN) + kept / weight * toLimit * toSlowness;
    }

    /** Forgets how waits depend on the limit. */
    void forget() {
        weight = 0;
        squares = 0;
        products = 0;
    }

    /** Waiting for other calls in the last round, divided by the rest of the latency. */
    double waiting() {
        return queue ? Math.exp(slowness - logBase) - 1 : 0;
    }
}
