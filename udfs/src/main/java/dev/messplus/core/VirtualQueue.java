package dev.messplus.core;

/**
 * The virtual queue of one SLA: how far answers are behind the promise, now and as foreseen.
 *
 * <p>{@link #q} is the paper's recursion Q(t+1) = max(0, Q(t) + alpha - A(t)) over the requests
 * whose accuracy is known, in the order in which it became known. {@link #drift} is D, the sum of
 * (alpha - predicted accuracy) over the requests in flight. With nothing in flight D is 0 and the
 * queue is the paper's.
 */
public final class VirtualQueue {

    /** Q, in requests; at least 0. */
    public double q;

    /** D, in requests; exactly 0 when nothing is in flight. */
    public double drift;

    /** Requests decided and neither resolved nor abandoned. */
    public long inFlight;

    /** Requests resolved with a label. */
    public long labelled;

    /** Sum of the labels of those requests. */
    public double scoreSum;

    /** Largest deficit so far, in requests. */
    public double maxDeficit;

    /** What a decision has to make good for: max(0, Q + D), in requests. */
    public double pressure() {
        return Math.max(0, q + drift);
    }

    /** A request leaves for its model and is expected to score {@code predicted}. */
    public void enter(double alpha, double predicted) {
        inFlight++;
        drift += alpha - predicted;
    }

    /** A request in flight turns out to be served by another model, or its forecast changes. */
    public void reforecast(double before, double after) {
        drift += before - after;
    }

    /** The label of a request in flight has come. */
    public void resolve(double alpha, double predicted, double score) {
        leave(alpha, predicted);
        charge(alpha, score);
        labelled++;
        scoreSum += score;
        maxDeficit = Math.max(maxDeficit, deficit(alpha));
    }

    /**
     * The label will never come, and the request counts as {@code score} in Q, but in no average.
     */
    public void assume(double alpha, double predicted, double score) {
        leave(alpha, predicted);
        charge(alpha, score);
    }

    /** The request leaves and counts as nothing. */
    public void leave(double alpha, double predicted) {
        inFlight--;
        // Exact 0 when empty: rounding must not pile up over years of a stream.
        drift = inFlight == 0 ? 0 : drift - (alpha - predicted);
    }

    /** Average label of the whole run; {@code NaN} before the first. */
    public double averageScore() {
        return scoreSum / labelled;
    }

    /** Shortfall of the whole run against the promise, in requests; negative when ahead of it. */
    public double deficit(double alpha) {
        return alpha * labelled - scoreSum;
    }

    private void charge(double alpha, double score) {
        q = Math.max(0, q + alpha - score);
    }
}
