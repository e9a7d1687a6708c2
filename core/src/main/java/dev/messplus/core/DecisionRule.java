package dev.messplus.core;

/** A rule at work on one SLA: how it chooses, and how Q moves. {@link Rule} has its settings. */
public interface DecisionRule {

    /**
     * Chooses the models for one request.
     *
     * @param d has the forecasts of the request, and which models are available; mode, pressure,
     *     ranking and the number of models to ask are filled in
     * @param requestId what the exploration draw hashes
     */
    void decide(Decision d, CharSequence requestId);

    /** The settings of the rule. */
    Rule settings();

    /**
     * Q(t+1).
     *
     * @param q Q(t), in requests
     * @param score A_m*(t), accuracy of the answer that was served, or its pseudo-score
     */
    default double nextQueue(double q, double score) {
        return nextQueue(q, 1, score);
    }

    /**
     * Q after several answers, whose order is not known. Bounds apply to the sum: answers that
     * would go beyond a bound still count if others in the sum make up for them.
     *
     * @param q Q before them, in requests
     * @param answers number of answers that were served
     * @param scoreSum sum of their accuracies
     */
    double nextQueue(double q, long answers, double scoreSum);

    /**
     * Receives the label, or pseudo-score, of a request that left flight and is about to enter Q.
     *
     * @param error what the answer counts as, less its forecast
     */
    default void resolved(double error) {}

    /** A decision counts from now on: its request is in flight. */
    default void admitted(Decision decision) {}

    /** Joules were spent on an answer that the exploration budget does not pay for. */
    default void spent(double joules) {}

    /**
     * The price of quality lambda, in joules per unit of score: Q / V by the paper. It changes
     * nothing, so another thread may ask.
     */
    double joulesPerScore();

    /** The most that Q may be now, in requests; infinite if it has no bound. */
    default double maxQueue() {
        return Double.POSITIVE_INFINITY;
    }
}
