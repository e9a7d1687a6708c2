package dev.messplus.core;

/**
 * MESS+ as published: Algorithm 1 of Zhang, Woisetschlaeger, Wang, Jacobsen, "MESS+: Energy-Optimal
 * Inferencing in Language Model Zoos with Service Level Guarantees" (2024).
 *
 * <pre>
 *   Q(1) = 0;  x_m = 0 for m = 1..M
 *   for t = 1, 2, ...
 *     p_t = min(1, c / t^(1/3));  X_t ~ Bernoulli(p_t)
 *     X_t = 1:  query every model, observe every A_m(t)
 *               x_m &lt;- x_m - eta grad (Ahat(x_m, a_t) - A_m(t))^2
 *               m* = argmax_m A_m(t)
 *     X_t = 0:  m* = argmin_m  V E_m(t) + Q(t) (alpha - Ahat(x_m, a_t))
 *     answer with m*
 *     Q(t+1) = max(0, Q(t) + alpha - A_m*(t))
 * </pre>
 *
 * <p>New {@linkplain AlgorithmState state} is the first line, and {@link SgdPredictor#learn} is the
 * gradient step. Whoever calls the models takes the argmax over the true scores; until then the
 * forecasts rank the models.
 */
public final class PaperRule implements DecisionRule {

    /**
     * The parameters of the paper.
     *
     * @param v weight V of energy against the queue, in requests per joule, at least 0
     * @param explorationRate c, at least 0
     * @param learningRate step size eta, above 0
     */
    public record Config(double v, double explorationRate, double learningRate) implements Rule {

        public Config {
            Checks.amount("v", v);
            Checks.amount("explorationRate", explorationRate);
            Checks.positive("learningRate", learningRate);
        }

        /** The values of the poster: V = 0.1, c = 3. */
        public static Config ofDefaults() {
            return new Config(
                    Priors.PAPER_V, Priors.PAPER_EXPLORATION_RATE, Priors.PAPER_LEARNING_RATE);
        }

        /** The same with another weight of energy. */
        public Config withV(double other) {
            return new Config(other, explorationRate, learningRate);
        }

        /** The same with another c. */
        public Config withExplorationRate(double other) {
            return new Config(v, other, learningRate);
        }

        /** The same with another step size. */
        public Config withLearningRate(double other) {
            return new Config(v, explorationRate, other);
        }
    }

    private final Config config;
    private final Sla sla;
    private final Zoo zoo;
    private final VirtualQueue queue;

    PaperRule(Config config, Sla sla, Zoo zoo, VirtualQueue queue) {
        this.config = config;
        this.sla = sla;
        this.zoo = zoo;
        this.queue = queue;
    }

    @Override
    public void decide(Decision d, CharSequence requestId) {
        d.pressure = queue.q; // Q(t)
        double p = explorationProbability(d.t); // p_t
        if (d.canExplore() && Exploration.draw(sla.seed(), requestId) < p) { // X_t = 1
            d.mode = Mode.EXPLORE;
            d.askAll(); // query every model
        } else { // X_t = 0
            d.mode = Mode.EXPLOIT;
            for (int m = 0; m < zoo.size(); m++) {
                // V E_m(t) + Q(t) (alpha - Ahat_m(t))
                d.objective[m] =
                        config.v * zoo.joulesOrDearest(d.joules[m])
                                + d.pressure * (sla.alpha() - d.accuracy[m]);
            }
            d.rank(); // m* = argmin_m
        }
    }

    /** p_t = min(1, c / t^(1/3)). */
    double explorationProbability(long t) {
        return Math.min(1, config.explorationRate / Math.cbrt((double) t));
    }

    /** X_t = 0 leaves x_m unchanged. */
    @Override
    public boolean learnsFrom(Mode mode) {
        return mode == Mode.EXPLORE;
    }

    /** Q(t+1) = max(0, Q(t) + alpha - A_m*(t)). */
    @Override
    public double nextQueue(double q, double score) {
        return Math.max(0, q + sla.alpha() - score);
    }

    @Override
    public double v() {
        return config.v;
    }
}
