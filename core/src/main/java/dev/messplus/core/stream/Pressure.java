package dev.messplus.core.stream;

import dev.messplus.core.Priors;
import dev.messplus.core.Sla;
import dev.messplus.core.account.ForecastBias;
import dev.messplus.core.account.PriceState;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.account.VirtualQueue;

/**
 * The pressure P: what answers have to make up for, in requests; below 0 when they are ahead.
 *
 * <pre>
 *   P = Q + D + margin
 * </pre>
 *
 * <p>It is the Q of {@link dev.messplus.core.paper.PaperRule} with what a stream adds: D, the
 * forecast shortfall of the requests in flight, and a margin for what is not known. Q itself has
 * bounds.
 */
final class Pressure {

    private final double credit;
    private final double marginSigmas;
    private final Sla sla;
    private final VirtualQueue queue;
    private final PriceState price;
    private final ForecastBias bias;

    /**
     * The pressure under one SLA, or one shard of it.
     *
     * @param credit requests that Q may be ahead of the promise by, at least 0
     * @param marginSigmas standard deviations of the unknown scores that answers are to be ahead
     *     by, at least 0
     */
    Pressure(double credit, double marginSigmas, Sla sla, SlaState state) {
        this.credit = credit;
        this.marginSigmas = marginSigmas;
        this.sla = sla;
        queue = state.queue;
        price = state.price;
        bias = state.forecastBias;
    }

    /**
     * P, in requests.
     *
     * <p>Forecasts of chosen models are too high on average, because the highest are chosen, so D
     * is corrected by their running bias. A shard has two promises to keep, its own and that of the
     * whole, each with a queue, and drift-plus-penalty adds up the queues of constraints (Neely,
     * "Stochastic Network Optimization", 2010, section 4.1). It assumes that requests in flight in
     * other shards resemble its own.
     */
    double requests() {
        double owed = sla.shards() == 1 ? queue.q : queue.q + (queue.q + queue.qOfOtherShards);
        double drift = queue.drift(sla.alpha()) + bias.mean * queue.inFlight;
        return owed + sla.shards() * drift + margin();
    }

    /**
     * Requests that answers are to be ahead by: {@code marginSigmas} standard deviations of what is
     * not known of the sum of scores in the window. Not known are the requests in flight, the
     * assumed scores of requests that nobody rated (a finite population's total, estimated from a
     * sample: Cochran, "Sampling Techniques", 1977, 2.5), and how far forecasts are off at all,
     * which counts as that of so many requests more.
     *
     * <p>It is bounded by a share of the window's requests so far, in flight or not: the promise is
     * about all of them, and it can wait until more is known.
     */
    private double margin() {
        double rated = Math.max(1, queue.recentRated);
        double unrated = queue.recentUnrated * (queue.recentUnrated + rated) / rated;
        double unseen = sla.shards() * (queue.inFlight + unrated) + Priors.UNSEEN_REQUESTS;
        double soFar = sla.shards() * (queue.recentRated + queue.recentUnrated + queue.inFlight);
        return Math.min(
                Priors.MAX_MARGIN_SHARE * soFar,
                marginSigmas * price.deviation() * Math.sqrt(unseen));
    }

    /** The least that Q may be, in requests: what is delivered beyond the credit is a gift. */
    double minQueue() {
        return -credit - margin();
    }

    /**
     * U, the most that Q may be, in requests: what the owner tolerates in a window, and what a
     * window's sum of scores is off by chance. What an outage misses beyond that is not made up for
     * once it is over (anti-windup).
     */
    double maxQueue() {
        return sla.window() * sla.tolerance()
                + Priors.MAX_QUEUE_SIGMAS * price.deviation() * Math.sqrt(sla.window());
    }
}
