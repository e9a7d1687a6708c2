package dev.messplus.core;

/**
 * The virtual queue of one SLA: how far answers are behind the promise, now and as foreseen.
 *
 * <p>{@link #q} is the paper's recursion Q(t+1) = max(0, Q(t) + alpha - A(t)) over the requests
 * whose accuracy is known, in the order in which it became known. Beside it stands D, the sum of
 * (alpha - predicted accuracy) over the requests in flight. With nothing in flight D is 0 and the
 * queue is the paper's.
 *
 * <p>Averages and deficits are over labels alone: what was only assumed of an expired request
 * counts in Q, not in them.
 */
public final class VirtualQueue {

    /** Q, in requests; at least 0. */
    public double q;

    /** Requests decided whose accuracy is neither known nor given up. */
    public long inFlight;

    /** Sum of the predicted accuracies of the requests in flight; exactly 0 when there are none. */
    public double forecast;

    /** Requests resolved with a label. */
    public long labelled;

    /** Sum of those labels. */
    public double scoreSum;

    /** Largest deficit so far, in requests. */
    public double maxDeficit;

    /** D = sum over the requests in flight of (alpha - predicted accuracy), in requests. */
    public double drift(double alpha) {
        return alpha * inFlight - forecast;
    }

    /** What a decision has to make good for: max(0, Q + D), in requests. */
    public double pressure(double alpha) {
        return Math.max(0, q + drift(alpha));
    }

    /** A request goes into flight and is expected to score {@code predicted}. */
    public void enter(double predicted) {
        inFlight++;
        forecast += predicted;
    }

    /** A request in flight turns out to be served by another model than foreseen. */
    public void reforecast(double before, double after) {
        forecast += after - before;
    }

    /** A request leaves flight and counts as nothing. */
    public void leave(double predicted) {
        inFlight--;
        // Exact when empty: rounding must not pile up over years of a stream.
        forecast = inFlight == 0 ? 0 : forecast - predicted;
    }

    /** A request leaves flight with its label. */
    public void resolve(double alpha, double predicted, double score) {
        assume(alpha, predicted, score);
        labelled++;
        scoreSum += score;
        maxDeficit = Math.max(maxDeficit, deficit(alpha));
    }

    /**
     * A request leaves flight without a label and counts as {@code score} in Q, but in no average.
     */
    public void assume(double alpha, double predicted, double score) {
        leave(predicted);
        q = Math.max(0, q + alpha - score);
    }

    /** Average label of the whole run; {@code NaN} before the first. */
    public double averageScore() {
        return scoreSum / labelled;
    }

    /** Shortfall of the whole run against the promise, in requests; negative when ahead of it. */
    public double deficit(double alpha) {
        return alpha * labelled - scoreSum;
    }
}
