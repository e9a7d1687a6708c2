package dev.messplus.core;

/**
 * The virtual queue of one SLA: how far answers are behind the promise, now and as foreseen.
 *
 * <p>{@link #q} is the paper's recursion Q(t+1) = max(0, Q(t) + alpha - A(t)) over the requests
 * whose accuracy is known, in the order in which it became known; with a credit, answers may be
 * that far ahead of the promise, and Q as far below 0. Beside it stands D, the sum of (alpha -
 * predicted accuracy) over the requests in flight. With nothing in flight D is 0.
 *
 * <p>Averages and deficits are over labels alone: what was only assumed of an expired request
 * counts in Q, not in them.
 */
public final class VirtualQueue {

    /** Standard deviation of a score that is 0 or 1 and mostly neither surely. */
    private static final double SCORE_DEVIATION = 0.48;

    /** Share of the requests so far that the margin is worth at most. */
    private static final double MOST_MARGIN = 0.012;

    /** Q, in requests; at least 0 less the credit. */
    public double q;

    /** The same over the labels of the SLA's other shards, in requests. */
    public double elsewhere;

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

    /** Requests that were given up without a label, but count in Q. */
    public long unlabelled;

    /** D = sum over the requests in flight of (alpha - predicted accuracy), in requests. */
    public double drift(double alpha) {
        return alpha * inFlight - forecast;
    }

    /**
     * What a decision has to make good for, in requests: Q + D, and a head start for what is not
     * known of models at first, and a margin for what is not known of requests. The paper's Q where
     * the policy does not look at what is in flight.
     *
     * <p>A shard has two promises to keep, its own and that of the whole, each with a queue, and
     * drift-plus-penalty adds up the queues of constraints (Neely, "Stochastic Network
     * Optimization", 2010, section 4.1). What it cannot see of the others, it takes to be like its
     * own.
     *
     * @return at least {@link Policy#leastPressure}
     */
    public double pressure(Policy policy) {
        if (!policy.inFlightDrift()) {
            return q;
        }
        double owed = policy.shards() == 1 ? q : q + (q + elsewhere);
        double behind = owed + policy.shards() * drift(policy.alpha());
        double foreseen = behind + policy.headStart() + margin(policy);
        return Math.max(policy.leastPressure(), foreseen);
    }

    /**
     * How far the sum of all scores may be below what Q + D says, at {@code confidence} standard
     * deviations: for requests in flight, and for what was assumed of those that nobody rated,
     * which is as good as what is known of the others (a finite population's total, estimated from
     * a sample: Cochran, "Sampling Techniques", 2.5). Bounded by a share of the requests so far,
     * for the promise is about all of them, and it can wait until more is known.
     */
    private double margin(Policy policy) {
        if (policy.confidence() == 0) {
            return 0;
        }
        double sampled = Math.max(1, labelled);
        double unseen =
                policy.shards() * (inFlight + unlabelled * (unlabelled + sampled) / sampled);
        double all = policy.shards() * (double) (labelled + unlabelled + inFlight);
        return Math.min(
                MOST_MARGIN * all, policy.confidence() * SCORE_DEVIATION * Math.sqrt(unseen));
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
    public void resolve(Policy policy, double predicted, double score) {
        leave(predicted);
        add(policy, score);
        labelled++;
        scoreSum += score;
        maxDeficit = Math.max(maxDeficit, deficit(policy.alpha()));
    }

    /**
     * A request leaves flight without a label and counts as {@code score} in Q, but in no average.
     */
    public void assume(Policy policy, double predicted, double score) {
        leave(predicted);
        add(policy, score);
        unlabelled++;
    }

    /** A request of another shard turns out to have been answered with this accuracy. */
    public void hear(Policy policy, double score) {
        elsewhere = next(policy, elsewhere, score);
    }

    private void add(Policy policy, double score) {
        q = next(policy, q, score);
    }

    private static double next(Policy policy, double queue, double score) {
        return Math.max(0 - policy.credit(), queue + policy.alpha() - score);
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
