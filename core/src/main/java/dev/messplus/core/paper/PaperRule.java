package dev.messplus.core.paper;

import dev.messplus.core.Checks;
import dev.messplus.core.Decision;
import dev.messplus.core.DecisionRule;
import dev.messplus.core.Exploration;
import dev.messplus.core.MissingLabelPolicy;
import dev.messplus.core.Mode;
import dev.messplus.core.Priors;
import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import dev.messplus.core.account.VirtualQueue;
import dev.messplus.core.cost.WorkModel;
import dev.messplus.core.zoo.Zoo;

/**
 * MESS+ as published: Algorithm 1 of Zhang, Woisetschlaeger, Wang, Jacobsen, "MESS+: Energy-Optimal
 * Inferencing in Language Model Zoos with Service Level Guarantees" (2024).
 *
 * <p>Request t has features a_t. Model m = 1..M answers it with accuracy A_m(t) in [0, 1] at E_m(t)
 * joules, and its predictor x_m forecasts Ahat_m(t) = Ahat(x_m, a_t). alpha is the promised average
 * accuracy.
 *
 * <pre>
 *   Q(1) = 0;  x_m = 0 for every m                                          {@code AlgorithmState}
 *   for t = 1, 2, ...
 *     p_t = min(1, c / t^(1/3))                                 {@link #explorationProbability}
 *     X_t ~ Bernoulli(p_t)                                                      {@link #decide}
 *     X_t = 1:  query every model, observe every A_m(t)
 *               x_m &lt;- x_m - eta grad (Ahat(x_m, a_t) - A_m(t))^2   {@link SgdPredictor#learn}
 *               m* = argmax_m A_m(t)
 *     X_t = 0:  m* = argmin_m  V E_m(t) + Q(t) (alpha - Ahat_m(t));  x_m unchanged
 *     answer with m*
 *     Q(t+1) = max(0, Q(t) + alpha - A_m*(t))                                {@link #nextQueue}
 * </pre>
 *
 * <p>The job queries the models and answers, so it also picks m* of X_t = 1 once the answers are
 * scored, and reports A_m(t) to {@code MessPlus.observe}. On a stream the following differs from
 * the page:
 *
 * <ul>
 *   <li>Q(t) is the queue over the labels known so far. The {@link MissingLabelPolicy} decides what
 *       a request without a label counts as.
 *   <li>E_m(t) is the charge that {@link WorkModel} expects. A model that nobody meters is assumed
 *       to cost as much as the most expensive one.
 *   <li>Only available models are queried and chosen, unless none is. X_t = 1 counts as X_t = 0
 *       while only one of several models is available, because there is nothing to compare.
 *   <li>Labels of other shards do not train, because they do not say whether X_t was 1.
 * </ul>
 */
public final class PaperRule implements DecisionRule {

    /**
     * The parameters of the paper.
     *
     * @param v V, what a joule weighs against Q (alpha - Ahat), in requests per joule, at least 0
     * @param explorationRate c, at least 0; with 0 no predictor ever learns
     * @param learningRate eta, above 0
     */
    public record Config(double v, double explorationRate, double learningRate) implements Rule {

        public Config {
            Checks.amount("v", v);
            Checks.amount("explorationRate", explorationRate);
            Checks.positive("learningRate", learningRate);
        }

        /** V = 0.1 and c = 3 as on the poster of the paper; eta = 0.1, see {@link Priors}. */
        public static Config ofDefaults() {
            return new Config(
                    Priors.PAPER_V, Priors.PAPER_EXPLORATION_RATE, Priors.PAPER_LEARNING_RATE);
        }

        /** Only X_t = 1 trains: X_t = 0 leaves x_m unchanged. */
        @Override
        public boolean learnsFrom(Mode mode) {
            return mode == Mode.EXPLORE;
        }
    }

    private final Config config;
    private final Sla sla;
    private final Zoo zoo;
    private final VirtualQueue queue;

    public PaperRule(Config config, Sla sla, Zoo zoo, VirtualQueue queue) {
        this.config = config;
        this.sla = sla;
        this.zoo = zoo;
        this.queue = queue;
    }

    @Override
    public Config settings() {
        return config;
    }

    @Override
    public void decide(Decision d, CharSequence requestId) {
        d.pressure = queue.q; // Q(t)
        d.joulesPerObjective = config.v == 0 ? 1 : 1 / config.v;
        double p = explorationProbability(d.t); // p_t
        boolean x = Exploration.draw(sla.seed(), requestId) < p; // X_t ~ Bernoulli(p_t)
        if (x && d.canExplore()) { // X_t = 1
            d.mode = Mode.EXPLORE;
            d.askAll(); // query every model
        } else { // X_t = 0
            d.mode = Mode.EXPLOIT;
            for (int m = 0; m < zoo.size(); m++) {
                double energy = zoo.prices().orHighest(d.chargeJoules[m]); // E_m(t)
                double forecast = d.accuracy[m]; // Ahat_m(t)
                d.objective[m] = config.v * energy + d.pressure * (sla.alpha() - forecast);
            }
            d.rank(); // m* = argmin_m of the objective
        }
    }

    /**
     * p_t = min(1, c / t^(1/3)).
     *
     * @param t number of the request, from 1
     */
    double explorationProbability(long t) {
        return Math.min(1, config.explorationRate / Math.cbrt((double) t));
    }

    /** Q(t+1) = max(0, Q(t) + alpha - A_m*(t)). */
    @Override
    public double nextQueue(double q, long answers, double scoreSum) {
        return Math.max(0, q + answers * sla.alpha() - scoreSum);
    }

    @Override
    public double joulesPerScore() {
        return queue.q / config.v;
    }
}
