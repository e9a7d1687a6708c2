package dev.messplus.core.account;

import dev.messplus.core.Sla;

/**
 * The virtual queue of one SLA: how far answers are behind the promise, now and as forecast.
 *
 * <p>{@link #q} is the paper's Q, by the recursion of the rule, over the labels in the order in
 * which they came. Beside it stands the drift D, by which Q is expected to rise once the requests
 * in flight are labelled, as of the last decision.
 *
 * <p>Averages and deficits are over labels alone, and pseudo-scores where users rate: what was only
 * assumed of an expired request counts in Q, not in them. Where a judge scores, the label of an
 * answer is what people said of it, or what they are expected to say, by what is known now.
 */
public final class VirtualQueue {

    /** Q, in requests. */
    public double q;

    /** Q over the labels of the SLA's other shards, in requests. */
    public double qOfOtherShards;

    /** Requests decided whose accuracy is neither known nor given up. */
    public long inFlight;

    /**
     * Expected sum of the scores of the requests in flight, as of the last decision; exactly 0 when
     * there are none.
     */
    public double forecast;

    /**
     * The part of it that further answers to these requests are expected to add, as of each
     * decision.
     */
    public double plannedGain;

    /**
     * What answers of about the last window delivered beyond the lower bound of Q, in requests: a
     * discounted sum. It counts for nothing, unless answers turn out to be worth less.
     */
    public double surplus;

    /** Requests resolved with a label, or a pseudo-score. */
    public long labelled;

    /** Sum of those. */
    public double scoreSum;

    /** Largest deficit so far, in requests. */
    public double maxDeficit;

    /** Requests that expired without a label, but count in Q. */
    public long unlabelled;

    /** Requests of about the last window that were rated: a discounted sum. */
    public double recentRated;

    /** Requests of about the last window that nobody rated: a discounted sum. */
    public double recentUnrated;

    /** D = sum over the requests in flight of (alpha - forecast accuracy), in requests. */
    public double drift(double alpha) {
        return alpha * inFlight - forecast;
    }

    /** A request goes into flight. */
    public void enter(double predicted) {
        enter(predicted, 0);
    }

    /**
     * A request goes into flight that several models may answer.
     *
     * @param predicted score of the answer that is served
     * @param gain the part of it that answers after the first are expected to add
     */
    void enter(double predicted, double gain) {
        inFlight++;
        forecast += predicted;
        plannedGain += gain;
    }

    /** The requests in flight are expected to have this sum of scores, by what is known now. */
    public void reforecast(double sum) {
        forecast = inFlight == 0 ? 0 : sum;
    }

    /** A request leaves flight and counts as nothing. */
    void leave(double predicted) {
        leave(predicted, 0);
    }

    /** A request of such a prediction and gain leaves flight and counts as nothing. */
    void leave(double predicted, double gain) {
        inFlight--;
        // Exact when empty: rounding must not pile up over years of a stream.
        forecast = inFlight == 0 ? 0 : forecast - predicted;
        plannedGain = inFlight == 0 ? 0 : plannedGain - gain;
    }

    /**
     * A request that left flight is labelled.
     *
     * @param next Q with its label, in requests
     */
    void label(double next, double score, double alpha) {
        surplus += Math.max(0, next - (q + alpha - score));
        q = next;
        labelled++;
        scoreSum += score;
        maxDeficit = Math.max(maxDeficit, deficit(alpha));
    }

    /**
     * Labels are worth more together than they counted as.
     *
     * @param more by how much their sum is higher
     */
    void relabel(double more, double alpha) {
        scoreSum += more;
        maxDeficit = Math.max(maxDeficit, deficit(alpha));
    }

    /**
     * A request that left flight has no label; what is assumed of it counts in no average.
     *
     * @param next Q with what is assumed of it, in requests
     */
    void assume(double next) {
        q = next;
        unlabelled++;
    }

    /**
     * Requests that count already count anew, by what an audit says of them. Where they are worth
     * less, the surplus makes up for it as far as it goes: had they counted as that at once, Q
     * would have stayed at its bound for as long.
     *
     * @param more by how much their sum of scores is higher
     * @return by how much the sum that Q counts is higher
     */
    double absorb(double more) {
        double absorbed = Math.min(surplus, Math.max(0, -more));
        surplus -= absorbed;
        return more + absorbed;
    }

    /**
     * Requests that count already count anew.
     *
     * @param owed Q with that, if it had no bounds
     * @param next Q with that
     */
    void revalue(double owed, double next) {
        surplus += Math.max(0, next - owed);
        q = next;
    }

    /** A request was rated, or given up without a rating. */
    void countRating(boolean rated, Sla sla) {
        double keep = 1 - 1.0 / sla.shardWindow();
        surplus *= keep;
        recentRated = keep * recentRated + (rated ? 1 : 0);
        recentUnrated = keep * recentUnrated + (rated ? 0 : 1);
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
