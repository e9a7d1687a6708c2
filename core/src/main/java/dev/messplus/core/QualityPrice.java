package dev.messplus.core;

/**
 * The price of quality lambda: the joules that a unit of score may cost.
 *
 * <pre>
 *   lambda = exp(I + B / G)            B = Q + D + margin            G = sigma (G_0 + sqrt(N))
 *   I &lt;- I + clamp(B / G) / T          with every label              T = T_0 + T_1 N
 * </pre>
 *
 * <p>lambda is the dual variable of the promise. Its logarithm follows the backlog B, so that
 * lambda is multiplied, not moved, by a step of Q: dual mirror descent with the entropy as
 * regulariser (Balseiro, Lu, Mirrokni, "The Best of Many Worlds: Dual Mirror Descent for Online
 * Allocation Problems", Operations Research 71, 2023). The scale of the zoo's prices therefore need
 * not be known: I finds it, slowly compared to the delay of the N requests in flight, as the
 * integral part of a controller with dead time must (Astrom, Hagglund, "Advanced PID Control",
 * 2006, chapter 6). sigma is the learned deviation of a label around its forecast, and sigma
 * sqrt(N) that of the scores in flight, so that noise moves the price by a known amount.
 */
final class QualityPrice {

    private final StreamRule.Config config;
    private final Sla sla;
    private final Zoo zoo;
    private final VirtualQueue queue;
    private final PriceState price;
    private final ForecastBias bias;

    QualityPrice(StreamRule.Config config, Sla sla, Zoo zoo, SlaState state) {
        this.config = config;
        this.sla = sla;
        this.zoo = zoo;
        queue = state.queue;
        price = state.price;
        bias = state.forecastBias;
    }

    /** lambda, in joules per unit of score, above 0. */
    double joulesPerScore() {
        return Math.exp(logPrice() + pull());
    }

    /**
     * I. During the first labels it is the price at which the prior sees no difference between
     * models, given what is known of joules by then.
     */
    private double logPrice() {
        if (price.labels < Priors.LABELS_BEFORE_INTEGRAL || Double.isNaN(price.logPrice)) {
            double typical = zoo.typicalJoules();
            price.logPrice =
                    typical > 0 ? Math.log(typical / Priors.SCORE_PER_LOG_JOULES) : Double.NaN;
        }
        return Double.isNaN(price.logPrice) ? 0 : price.logPrice;
    }

    /** B / G: the logarithm of what the backlog multiplies the price by. */
    double pull() {
        double noise = Priors.PRICE_STEADINESS + Math.sqrt(sla.shards() * (double) queue.inFlight);
        return backlog() / (price.deviation() * noise);
    }

    /** The same within what one step of I, and the exploration budget, may follow. */
    double boundedPull() {
        return Math.max(-Priors.MAX_PULL, Math.min(pull(), Priors.MAX_PULL));
    }

    /**
     * B = Q + D + margin, in requests.
     *
     * <p>Forecasts of chosen models are too high on average, because the highest are chosen, so D
     * is corrected by their running bias. A shard has two promises to keep, its own and that of the
     * whole, each with a queue, and drift-plus-penalty adds up the queues of constraints (Neely,
     * "Stochastic Network Optimization", 2010, section 4.1). It assumes that requests in flight in
     * other shards resemble its own.
     */
    private double backlog() {
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
     * <p>It is bounded by a share of the requests so far: the promise is about all of them, and it
     * can wait until more is known.
     */
    double margin() {
        double rated = Math.max(1, queue.recentLabelled);
        double unrated = queue.recentUnlabelled * (queue.recentUnlabelled + rated) / rated;
        double unseen = sla.shards() * (queue.inFlight + unrated) + Priors.UNSEEN_REQUESTS;
        double resolved = sla.shards() * (queue.recentLabelled + queue.recentUnlabelled);
        return Math.min(
                Priors.MAX_MARGIN_SHARE * resolved,
                config.marginSigmas() * price.deviation() * Math.sqrt(unseen));
    }

    /**
     * The most that Q may be, in requests: what the owner tolerates in a window, and what a
     * window's sum of scores is off by chance. What an outage misses beyond that is not made up for
     * once it is over (anti-windup).
     */
    double mostOwed() {
        return sla.window() * sla.tolerance()
                + Priors.MOST_OWED_SIGMAS * price.deviation() * Math.sqrt(sla.window());
    }

    /** Takes in what a resolved answer counted as, less its forecast. */
    void count(double error) {
        price.count(error);
        if (price.labels >= Priors.LABELS_BEFORE_INTEGRAL && !Double.isNaN(price.logPrice)) {
            double memory =
                    Priors.PRICE_MEMORY_LABELS
                            + Priors.PRICE_MEMORY_PER_IN_FLIGHT * sla.shards() * queue.inFlight;
            price.logPrice = bounded(price.logPrice + sla.shards() * boundedPull() / memory);
        }
    }

    /**
     * Keeps I where it makes a difference: below the least joules of a model no score is worth any
     * other, and at the highest over {@link Priors#LEAST_SCORE} the least score is worth all.
     */
    private double bounded(double logPrice) {
        double lowest = Double.POSITIVE_INFINITY;
        double highest = 0;
        for (int m = 0; m < zoo.size(); m++) {
            double joules = zoo.model(m).typicalJoules();
            if (joules > 0) {
                lowest = Math.min(lowest, joules);
                highest = Math.max(highest, joules);
            }
        }
        return highest == 0
                ? logPrice
                : Math.max(
                        Math.log(lowest),
                        Math.min(logPrice, Math.log(highest / Priors.LEAST_SCORE)));
    }
}
