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
 *   lambda = lambda_0 e^(P / G)      G = sigma (G_0 + sqrt(N))      P: {@link Pressure}
 * </pre>
 *
 * <p>lambda is the dual variable of the promise. A step of the pressure P multiplies it, where Q /
 * V of the paper moves by a step: dual mirror descent with the entropy as regulariser (Balseiro,
 * Lu, Mirrokni, "The Best of Many Worlds: Dual Mirror Descent for Online Allocation Problems",
 * Operations Research 71, 2023). sigma is the learned deviation of a label around its forecast, and
 * sigma sqrt(N) that of the sum of the N scores in flight, so that noise moves the price by a known
 * factor.
 *
 * <p>So the scale of the zoo's prices need not be known. If lambda_0 is too low by a factor of f, P
 * is G ln f requests at first. It would stay there, and answers behind alpha, if lambda_0 did not
 * follow lambda slowly: with every label, its logarithm moves by a thousandth of P / G, until P is
 * none.
 */
final class QualityPrice {

    private final Sla sla;
    private final Zoo zoo;
    private final Pressure pressure;
    private final VirtualQueue queue;
    private final PriceState price;

    /** The price under one SLA, or one shard of it. */
    QualityPrice(Sla sla, Zoo zoo, SlaState state, Pressure pressure) {
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
        double base = price.isBegun() ? price.base : firstPrice(zoo.seenAfresh());
        return joulesPerScore(base, pressure.requests());
    }

    /**
     * lambda at a pressure.
     *
     * @param requests P
     */
    double joulesPerScore(double requests) {
        return joulesPerScore(price.isBegun() ? price.base : firstPrice(zoo.prices()), requests);
    }

    private double joulesPerScore(double base, double requests) {
        // Nothing is known of joules, so all models cost the same.
        double known = base > 0 ? base : 1;
        return known * Math.exp(pull(requests, Priors.MAX_PULL));
    }

    /**
     * The least that lambda_0 may be, and what it begins with; 0 while no joules are known.
     *
     * <p>The price at which the prior sees no difference between models is a model's joules over
     * the score that e times the joules are expected to add. It is taken halfway, in logarithms,
     * between the cheapest model and the typical one, so that a blind phase costs little, and the
     * pressure decides how much.
     */
    private static double firstPrice(Prices prices) {
        return Math.sqrt(prices.lowest() * prices.typical()) / Priors.SCORE_PER_LOG_JOULES;
    }

    /** The most that lambda_0 may be: the same price of the most expensive model alone. */
    private static double lastPrice(Prices prices) {
        return prices.highest() / Priors.SCORE_PER_LOG_JOULES;
    }

    /** P / G within bounds: the logarithm of what the pressure multiplies by. */
    private double pull(double requests, double most) {
        double pull = requests / (price.deviation() * steadiness());
        return Math.max(-most, Math.min(pull, most));
    }

    /** G / sigma. */
    private double steadiness() {
        return Priors.PRICE_STEADINESS + Math.sqrt(sla.shards() * (double) queue.inFlight);
    }

    /** e^(P / G), as far as the exploration budget follows it. */
    double budgetFactor() {
        return Math.exp(pull(pressure.requests(), Priors.MAX_BUDGET_PULL));
    }

    /** Takes in what a resolved answer counted as, less its forecast. */
    void count(double error) {
        Prices now = zoo.prices();
        if (!price.isBegun()) {
            price.base = firstPrice(now);
        }
        price.count(error);
        if (price.isBegun() && now.highest() > 0) {
            double followed = price.base * Math.exp(pull(pressure.requests(), 1) / followLabels());
            price.base = Math.max(firstPrice(now), Math.min(followed, lastPrice(now)));
        }
    }

    /**
     * Labels within which lambda_0 moves by a factor of e at most. They grow as G^2 does: labels
     * that come later must not move it further before they arrive.
     */
    private double followLabels() {
        double slower = steadiness() / Priors.PRICE_STEADINESS;
        return Priors.PRICE_FOLLOW_LABELS * slower * slower;
    }
}
