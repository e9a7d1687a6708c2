package dev.messplus.core.algorithm;

import dev.messplus.core.Decision;
import dev.messplus.core.DecisionRule;
import dev.messplus.core.Mode;
import dev.messplus.core.Sla;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.cost.PriceParts;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.core.zoo.Zoo;
import java.util.Arrays;

/**
 * Why a decision was made: what {@link Decision} leaves out, because only a reader needs it.
 *
 * @param owed what answers had to make up for
 * @param joulesPerScore the price of quality lambda, in joules per unit of score; by the paper's
 *     rule Q / V, which is infinite or {@code NaN} where V is 0
 * @param second why a model was asked beside the chosen one
 * @param models what is known of each model
 */
public record Explanation(Owed owed, double joulesPerScore, Second second, OfModels models) {

    /**
     * What is known of each model, by model index.
     *
     * @param deviations standard deviation of its own part of its forecast, in proportion to sigma;
     *     0 where it is unknown
     * @param objectives what the models were compared by: E - lambda Ahat in joules, where the
     *     pressure adds optimism to Ahat if the model may be chosen by that, or -lambda z where
     *     models are asked one after the other, or V E + Q (alpha - Ahat) in requests by the
     *     paper's rule; the least is chosen. {@code NaN} where every model was asked
     * @param prices what its price is made of; {@code null} where nothing was measured
     * @param available whether it was available
     */
    public record OfModels(
            double[] deviations, double[] objectives, PriceParts[] prices, boolean[] available) {}

    /**
     * What answers had to make up for.
     *
     * @param alpha the promised average score, in [0, 1]
     * @param q the virtual queue Q, in requests
     * @param drift D, the expected drift of Q over the requests in flight, in requests
     */
    public record Owed(double alpha, double q, double drift) {}

    /** Why a model was asked beside the chosen one. */
    public enum Second {
        /** None was asked. */
        NONE,
        /** X_t = 1 of the paper: every model was asked. */
        ALL,
        /** It was never asked, and nobody knows what it costs. */
        UNKNOWN,
        /** The model's own reserve paid for it: every model is asked now and then. */
        RESERVED,
        /** Its label was worth most per joule, and the exploration budget paid for it. */
        WORTH_MOST
    }

    static Explanation of(Decision d, Sla sla, Zoo zoo, SlaState known, DecisionRule rule) {
        int models = d.ranking.length;
        double ratio = known.price.deviationRatio();
        double[] deviations = new double[models];
        boolean[] available = new boolean[models];
        PriceParts[] prices = new PriceParts[models];
        for (int m = 0; m < models; m++) {
            deviations[m] = zoo.deviation(d, m, ratio);
            available[m] = !d.unavailable[m];
            prices[m] = zoo.priceParts(m, d.prompt);
        }
        boolean all = d.mode == Mode.EXPLORE && !(rule instanceof StreamRule);
        double[] objectives = d.objective.clone();
        if (all) {
            Arrays.fill(objectives, Double.NaN);
        }
        return new Explanation(
                new Owed(sla.alpha(), known.queue.q, known.queue.drift(sla.alpha())),
                rule.joulesPerScore(),
                all ? Second.ALL : second(d),
                new OfModels(deviations, objectives, prices, available));
    }

    private static Second second(Decision d) {
        if (d.asked < 2) {
            return Second.NONE;
        }
        if (d.probeJoules == 0) {
            return Second.UNKNOWN;
        }
        return d.reserved ? Second.RESERVED : Second.WORTH_MOST;
    }
}
