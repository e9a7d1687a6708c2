package dev.messplus.replay.router.queue;

import dev.messplus.replay.router.RouterOutcome;

/**
 * The virtual queue of drift plus penalty (Neely, "Stochastic Network Optimization with Application
 * to Communication and Queueing Systems", 2010): Q(1) = 0, Q(t+1) = max(0, Q(t) + alpha - A(t))
 * over the labels A(t) of the answers served. A request without a label leaves it unchanged.
 */
public final class RouterQueue {

    private final double alpha;
    private double length;

    /** An empty queue for an average score of {@code alpha}. */
    public RouterQueue(double alpha) {
        this.alpha = alpha;
    }

    /** Q(t), in requests' worth of score. */
    public double length() {
        return length;
    }

    /** Takes in the label of the answer served, if there is one. */
    public void add(RouterOutcome outcome) {
        if (outcome.isLabelled()) {
            length = Math.max(0, length + alpha - outcome.servedScore());
        }
    }
}
