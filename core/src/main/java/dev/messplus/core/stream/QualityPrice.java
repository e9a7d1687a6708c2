package dev.messplus.core.stream;

import dev.messplus.core.Priors;
import dev.messplus.core.Sla;
import dev.messplus.core.account.PriceState;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.account.VirtualQueue;
import dev.messplus.core.cost.Prices;
import dev.messplus.core.zoo.Zoo;

/**
 * The price of quality lambda: the joules that a unit of score may cost.
 *
 * <pre>
 *   lambda = lambda_0 e^(P / G)      G = sigma sqrt(k) (G_0 + G_1 sqrt(N))      P: {@link Pressure}
 * </pre>
 *
 * <p>lambda is the dual variable of the promise. A label moves its logarithm by (alpha - A) / G,
 * where the paper moves Q / V by (alpha - A) / V: dual mirror descent with the entropy as
 * regulariser (Balseiro, Lu, Mirrokni, "The Best of Many Worlds: Dual Mirror Descent for Online
 * Allocation Problems", Operations Research 71, 2023). sigma is the learned deviation of a label
 * around its forecast, and sigma sqrt(N) that of the sum of the N scores in flight: by itself, it
 * moves the price by less than a factor of e. A label that stands for k answers counts k times in
 * Q, so that Q is as noisy as sqrt(k) labels for each answer.
 *
 * <p>Nobody has to know the scale of the zoo's prices. If lambda_0 is too low by a factor of f, the
 * pressure rises to G ln f. It would stay there if lambda_0 did not follow lambda slowly, within
 * the prices of the zoo: with nothing in flight, the t-th label moves ln lambda_0 by 1 / t of P /
 * G, or of 1 if that is less (Robbins, Monro, "A Stochastic Approximation Method", 1951), and from
 * the thousandth on by a thousandth, because the traffic may change.
 */
final class QualityPrice {

    private final boolean sequential;
    private final Sla sla;
    private final Zoo zoo;
    private final Pressure pressure;
    private final VirtualQueue queue;
    private final PriceState price;

    /**
     * The price under one SLA, or one shard of it.
     *
     * @param sequential whether models are asked one after the other
     */
    QualityPrice(boolean sequential, Sla sla, Zoo zoo, SlaState state, Pressure pressure) {
        this.sequential = sequential;
        this.sla = sla;
        this.zoo = zoo;
        this.pressure = pressure;
        queue = state.queue;
        price = state.price;
    }

    /**
     * lambda, in joules per unit of score, above 0. It changes nothing, not even what the zoo has
     * seen of its prices, so another thread may ask.
     */
    double joulesPerScore() {
        double base = price.isBegun() ? price.base : firstBase(zoo.seenAfresh());
        return joulesPerScore(base, pressure.now());
    }

    /** lambda at a pressure P. */
    double joulesPerScore(double p) {
        return joulesPerScore(price.isBegun() ? price.base : firstBase(zoo.prices()), p);
    }

    private double joulesPerScore(double base, double p) {
        // While no joules are known all models cost the same, so any price will do.
        double positive = base > 0 ? base : 1;
        return positive * Math.exp(pull(p, Priors.MAX_PULL));
    }

    /**
     * What lambda_0 begins with; 0 while no joules are known.
     *
     * <p>By the prior a score rises by s ln E, where s is {@link Priors#SCORE_PER_LOG_JOULES}. E -
     * lambda s ln E is least at E = lambda s, so the price E / s chooses a model of E joules. E
     * lies between the cheapest model and the typical one, in logarithms.
     */
    private static double firstBase(Prices prices) {
        double share = Priors.FIRST_PRICE_SHARE;
        double joules = Math.pow(prices.lowest(), 1 - share) * Math.pow(prices.typical(), share);
        return joules / Priors.SCORE_PER_LOG_JOULES;
    }

    /**
     * The least that lambda_0 may be. Where models are asked one after the other it is lower: after
     * a score of 0, an answer of E joules and mean mu is worth asking for from E / mu on. So below
     * the joules of the cheapest model, a price buys nothing.
     */
    private double leastBase(Prices prices) {
        return sequential ? prices.lowest() : firstBase(prices);
    }

    /** The most that lambda_0 may be: the price that chooses the most expensive model. */
    private static double maxBase(Prices prices) {
        return prices.highest() / Priors.SCORE_PER_LOG_JOULES;
    }

    /** P / G, limited to {@code most} either way: what the pressure adds to a logarithm. */
    private double pull(double p, double most) {
        double deviation = price.queueDeviation() * Math.sqrt(sla.answersPerLabel());
        double pull = p / (deviation * steadiness());
        return Math.max(-most, Math.min(pull, most));
    }

    /** G / sigma. */
    private double steadiness() {
        return Priors.PRICE_STEADINESS
                + Priors.PRICE_STEADINESS_IN_FLIGHT
                        * Math.sqrt(sla.shards() * (double) queue.inFlight);
    }

    /** e^(P / G), as far as the exploration budget follows it. */
    double budgetFactor() {
        return Math.exp(pull(pressure.now(), Priors.MAX_BUDGET_PULL));
    }

    /**
     * By how many standard deviations forecasts are taken to be too low at a pressure P, at least
     * 0: optimism in the face of uncertainty, as far as the promise asks for it.
     */
    double optimism(double p) {
        return Priors.OPTIMISM * Math.max(0, pull(p, Priors.MAX_OPTIMISM_PULL));
    }

    /**
     * Learns from an answer that is about to enter Q.
     *
     * @param error what it counts as, less its forecast
     */
    void learn(double error) {
        Prices now = zoo.prices();
        if (!price.isBegun()) {
            price.base = firstBase(now);
        }
        price.count(error);
        if (price.isBegun() && now.highest() > 0) {
            double followed = price.base * Math.exp(pull(pressure.now(), 1) / followLabels());
            price.base = Math.max(leastBase(now), Math.min(followed, maxBase(now)));
        }
    }

    /**
     * Labels within which lambda_0 moves by a factor of e at most. They grow as G^2, and so as the
     * requests in flight: lambda_0 must not move far before labels show what it did.
     */
    private double followLabels() {
        double slower = steadiness() / Priors.PRICE_STEADINESS;
        return Math.min(price.labels, Priors.PRICE_FOLLOW_LABELS) * slower * slower;
    }
}
