package dev.messplus.core.stream;

import dev.messplus.core.Priors;
import dev.messplus.core.Sla;
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
 * <p>Q is the virtual queue, which is bounded here. D is its expected drift over the requests in
 * flight. The margin is what answers are to be ahead by because scores are unknown.
 */
final class Pressure {

    private final double credit;
    private final double marginSigmas;
    private final Sla sla;
    private final VirtualQueue queue;
    private final PriceState price;

    /**
     * The pressure under one SLA, or one shard of it.
     *
     * @param credit requests that Q may be ahead of the promise by beyond the margin, at least 0
     * @param marginSigmas the margin in standard deviations of the unknown scores, at least 0
     */
    Pressure(double credit, double marginSigmas, Sla sla, SlaState state) {
        this.credit = credit;
        this.marginSigmas = marginSigmas;
        this.sla = sla;
        queue = state.queue;
        price = state.price;
    }

    /**
     * P, in requests.
     *
     * <p>A shard has two promises to keep, its own and that of the whole SLA. Each has a queue, and
     * drift-plus-penalty adds up the queues of all constraints (Neely, "Stochastic Network
     * Optimization", 2010, section 4.1). D and the margin are those of the whole SLA, as if all
     * shards had as much in flight as this one.
     */
    double now() {
        double owed = sla.shards() == 1 ? queue.q : queue.q + (queue.q + queue.qOfOtherShards);
        return owed + sla.shards() * queue.drift(sla.alpha()) + margin();
    }

    /**
     * The margin, in requests: {@code marginSigmas} standard deviations of the window's sum of
     * scores. It is as unknown as a sum of this many labels: u (u + n) / n for u unrated requests
     * beside n rated ones (a finite population's total, estimated from a sample: Cochran, "Sampling
     * Techniques", 1977, 2.5), those in flight, and {@link Priors#UNSEEN_REQUESTS}, because
     * forecasts are off. The scores in flight will be known, and can be made up for then, so they
     * count as half of their deviation.
     *
     * <p>It is at most a share of the window's requests so far, in flight or not: the promise is
     * about all of them, so it can wait until more is known.
     */
    private double margin() {
        double rated = Math.max(1, queue.recentRated);
        double unrated = queue.recentUnrated * (queue.recentUnrated + rated) / rated;
        double inFlight = Priors.IN_FLIGHT_VARIANCE_SHARE * queue.inFlight;
        double unknown = sla.shards() * (unrated + inFlight) + Priors.UNSEEN_REQUESTS;
        double soFar = sla.shards() * (queue.recentRated + queue.recentUnrated + queue.inFlight);
        return Math.min(
                Priors.MAX_MARGIN_SHARE * soFar,
                marginSigmas * price.deviation() * Math.sqrt(unknown));
    }

    /** The least that Q may be, in requests. What is delivered beyond that is lost. */
    double minQueue() {
        return -credit - margin();
    }

    /**
     * U, the most that Q may be, in requests: what the owner tolerates in a window of the whole
     * SLA, plus some standard deviations of what a window changes Q by. What an outage misses
     * beyond that is never made up for (anti-windup). Where a judge scores, audits change what
     * earlier answers count as, too: without that in U, what they take back is lost by chance
     * alone.
     */
    double maxQueue() {
        return sla.window() * sla.tolerance()
                + Priors.MAX_QUEUE_SIGMAS * price.queueDeviation() * Math.sqrt(sla.window());
    }
}
