package dev.messplus.core;

/** The pressure P that stands for Q in the stream's objective, in requests. */
final class Pressure {

    private final StreamRule.Config config;
    private final Sla sla;

    Pressure(StreamRule.Config config, Sla sla) {
        this.config = config;
        this.sla = sla;
    }

    /**
     * P = max(minPressure, Q + D + queueOffset + margin).
     *
     * <p>A shard has two promises to keep, its own and that of the whole, each with a queue, and
     * drift-plus-penalty adds up the queues of constraints (Neely, "Stochastic Network
     * Optimization", 2010, section 4.1). It assumes that requests in flight in other shards
     * resemble its own.
     */
    double of(VirtualQueue queue) {
        double owed = sla.shards() == 1 ? queue.q : queue.q + (queue.q + queue.qOfOtherShards);
        double behind = owed + sla.shards() * queue.drift(sla.alpha());
        double foreseen = behind + config.queueOffset() + margin(queue);
        return Math.max(config.minPressure(), foreseen);
    }

    /**
     * How far the sum of all scores may lie below what Q + D says, at {@code marginSigmas} standard
     * deviations: for requests in flight, and for the assumed scores of requests that nobody rated
     * (a finite population's total, estimated from a sample: Cochran, "Sampling Techniques", 1977,
     * 2.5). It is bounded by a share of the requests so far: the promise is about all of them, and
     * it can wait until more is known.
     */
    private double margin(VirtualQueue queue) {
        if (config.marginSigmas() == 0) {
            return 0;
        }
        double sampled = Math.max(1, queue.labelled);
        double unseen =
                sla.shards()
                        * (queue.inFlight
                                + queue.unlabelled * (queue.unlabelled + sampled) / sampled);
        double all = sla.shards() * (double) (queue.labelled + queue.unlabelled + queue.inFlight);
        return Math.min(
                Priors.MAX_MARGIN_SHARE * all,
                config.marginSigmas() * Priors.LABEL_DEVIATION * Math.sqrt(unseen));
    }
}
