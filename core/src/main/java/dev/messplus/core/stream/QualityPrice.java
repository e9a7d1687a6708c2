package dev.messplus.core.stream;

import dev.messplus.core.Priors;
import dev.messplus.core.Sla;
import dev.messplus.core.account.ForecastBias;
import dev.messplus.core.account.PriceState;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.account.VirtualQueue;
import dev.messplus.core.cost.Prices;
import dev.messplus.core.zoo.Zoo;

/**
 * The price of quality lambda: the joules that a unit of score may cost.
 *
 * <pre>
 *   lambda = lambda_0 e^(P / G)      P = Q + D + margin      G = sigma (G_0 + sqrt(N))
 * </pre>
 *
 * <p>lambda is the dual variable of the promise. A step of the pressure P multiplies it, where Q /
 * V of the paper moves by a step: dual mirror descent with the entropy as regulariser (Balseiro,
 * Lu, Mirrokni, "The Best of Many Worlds: Dual Mirror Descent for Online Allocation Problems",
 * Operations Research 71, 2023). So the scale of the zoo's prices need not be known: if lambda_0 is
 * too low by a factor of f, P is G ln f requests at first, and lambda_0 rises until it is none.
 * sigma is the learned deviation of a label around its forecast, and sigma sqrt(N) that of the sum
 * of the N scores in flight, so that noise moves the price by a known factor.
 */
public final class QualityPrice {

    private final double credit;
    private final double marginSigmas;
    private final Sla sla;
    private final Zoo zoo;
    private final VirtualQueue queue;
    private final PriceState price;
    private final ForecastBias bias;

    /**
     * The price under one SLA, or one shard of it.
     *
     * @param credit requests that Q may be ahead of the promise by, at least 0
     * @param marginSigmas standard deviations of the unknown scores that answers are to be ahead
     *     by, at least 0
     */
    public QualityPrice(double credit, double marginSigmas, Sla sla, Zoo zoo, SlaState state) {
        this.credit = credit;
        this.marginSigmas = marginSigmas;
        this.sla = sla;
        this.zoo = zoo;
        queue = state.queue;
        price = state.price;
        bias = state.forecastBias;
    }

    /**
     * lambda, in joules per unit of score, above 0. It changes nothing, not even what the zoo has
     * seen of its prices, so another thread may ask.
     */
    double joulesPerScore() {
        return joulesPerScore(price.isFixed() ? price.scale : scale(zoo.seenAfresh()), pressure());
    }

    /**
     * lambda at a pressure.
     *
     * @param pressure P, in requests
     */
    double joulesPerScore(double pressure) {
        return joulesPerScore(price.isFixed() ? price.scale : scale(zoo.prices()), pressure);
    }

    private double joulesPerScore(double scale, double pressure) {
        // Nothing is known of joules, so all models cost the same.
        double known = scale > 0 ? scale : 1;
        return known * Math.exp(price.rise + pull(pressure, Priors.MAX_PULL));
    }

    /**
     * lambda_0 as it begins; 0 while no joules are known.
     *
     * <p>The price at which the prior sees no difference between models is a model's joules over
     * the score that e times the joules are expected to add. It is taken halfway, in logarithms,
     * between the cheapest model and the typical one, so that a blind phase costs little, and the
     * pressure decides how much.
     */
    private static double scale(Prices prices) {
        return Math.sqrt(prices.lowest() * prices.typical()) / Priors.SCORE_PER_LOG_JOULES;
    }

    /** P / G within bounds: the logarithm of what the pressure multiplies by. */
    private double pull(double pressure, double most) {
        double pull = pressure / (price.deviation() * steadiness());
        return Math.max(-most, Math.min(pull, most));
    }

    /** G / sigma. */
    private double steadiness() {
        return Priors.PRICE_STEADINESS + Math.sqrt(sla.shards() * (double) queue.inFlight);
    }

    /** e^(P / G), as far as the exploration budget follows it. */
    double budgetFactor() {
        return Math.exp(pull(pressure(), Priors.MAX_BUDGET_PULL));
    }

    /**
     * P = Q + D + margin, in requests.
     *
     * <p>Forecasts of chosen models are too high on average, because the highest are chosen, so D
     * is corrected by their running bias. A shard has two promises to keep, its own and that of the
     * whole, each with a queue, and drift-plus-penalty adds up the queues of constraints (Neely,
     * "Stochastic Network Optimization", 2010, section 4.1). It assumes that requests in flight in
     * other shards resemble its own.
     */
    public double pressure() {
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
    public double minQueue() {
        return -credit - margin();
    }

    /**
     * The most that Q may be, in requests: what the owner tolerates in a window, and what a
     * window's sum of scores is off by chance. What an outage misses beyond that is not made up for
     * once it is over (anti-windup).
     */
    public double maxQueue() {
        return sla.window() * sla.tolerance()
                + Priors.MAX_QUEUE_SIGMAS * price.deviation() * Math.sqrt(sla.window());
    }

    /** Takes in what a resolved answer counted as, less its forecast. */
    void count(double error) {
        if (!price.isFixed()) {
            price.scale = scale(zoo.prices());
        }
        price.count(error);
        double highest = zoo.prices().highest();
        if (price.isFixed() && highest > 0) {
            price.raise(pull(pressure(), 1) / riseLabels(), mostRise(highest));
        }
    }

    /** Logarithm of what takes lambda_0 to the same price of the dearest model. */
    private double mostRise(double highestJoules) {
        return Math.log(highestJoules / Priors.SCORE_PER_LOG_JOULES / price.scale);
    }

    /**
     * Labels within which lambda_0 is raised by a factor of e at most. They grow as G^2 does:
     * labels that come later must not move it further before they tell.
     */
    private double riseLabels() {
        double slower = steadiness() / Priors.PRICE_STEADINESS;
        return Priors.PRICE_RISE_LABELS * slower * slower;
    }
}
