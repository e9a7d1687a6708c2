package dev.messplus.core.stream;

import dev.messplus.core.Checks;
import dev.messplus.core.Decision;
import dev.messplus.core.DecisionRule;
import dev.messplus.core.Exploration;
import dev.messplus.core.LabelSource;
import dev.messplus.core.Mode;
import dev.messplus.core.Priors;
import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.account.VirtualQueue;
import dev.messplus.core.belief.BayesPredictor;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.zoo.Zoo;
import java.util.function.IntToDoubleFunction;

/**
 * MESS+ on a stream, where labels come late, out of order, twice, or never.
 *
 * <pre>
 *   request:  m* = argmin_m  E_m - lambda Ahat_m
 *             lambda = lambda_0 e^(P / G),  P = Q + D + margin       {@link QualityPrice}
 *             now and then another model is asked beside m*                 {@link Probe}
 *   label:    Q &lt;- max(-credit - margin, min(U, Q + alpha - A))          {@link Pressure}
 *             lambda_0 follows lambda, slowly
 *             every belief learns                                  {@link BayesPredictor}
 * </pre>
 *
 * <p>This is the paper's argmin V E_m + Q (alpha - Ahat_m), see {@link PaperRule}: divide it by V,
 * leave out alpha Q / V, which is the same for all models, and write lambda for Q / V. What
 * differs:
 *
 * <ol>
 *   <li>{@link QualityPrice}: lambda moves by factors and not by steps of 1 / V, so that nobody has
 *       to know the scale of the zoo's prices.
 *   <li>{@link Pressure}: to the virtual queue Q it adds the drift D of the requests in flight, and
 *       a margin for what is unknown. Q has a lower bound, the credit, and an upper bound U.
 *   <li>{@link Probe}: the paper's X_t asks every model, ever more rarely. A probe asks one, whose
 *       label is worth most, within a budget of energy that never ends.
 *   <li>{@link BayesPredictor}: models share what they learn of prompts, and every label trains.
 *       Before labels the zoo is expected to score alpha, and a model what its owner says, or else
 *       more or less by its price.
 * </ol>
 */
public final class StreamRule implements DecisionRule {

    private final Config config;
    private final Sla sla;
    private final Zoo zoo;
    private final SlaState state;
    private final VirtualQueue queue;
    private final Pressure pressure;
    private final QualityPrice price;
    private final Probe probe;
    private final AnswerSearch search;
    private final IntToDoubleFunction precedence;

    public StreamRule(Config config, Sla sla, Zoo zoo, SlaState state) {
        this.config = config;
        this.sla = sla;
        this.zoo = zoo;
        this.state = state;
        queue = state.queue;
        pressure = new Pressure(config.credit(), config.marginSigmas(), sla, state);
        boolean sequential = config.isSequential(sla.labels());
        price = new QualityPrice(sequential, sla, zoo, state, pressure);
        double budget = config.explorationBudget(sla.labels());
        double first = budget == 0 || sequential ? 0 : Priors.FIRST_EXPLORATION_BUDGET;
        probe = new Probe(budget, first, sla, zoo, state);
        search = sequential ? new AnswerSearch(zoo, state, sla.labels().isJudged()) : null;
        // Of equal models the one asked least, or else one by lot: their order means nothing.
        precedence = m -> zoo.timesAsked(m) + Exploration.draw(sla.seed(), zoo.model(m).id());
    }

    @Override
    public Config settings() {
        return config;
    }

    @Override
    public void decide(Decision d, CharSequence requestId) {
        d.typicalJoules = zoo.prices().typical();
        zoo.addPriceAdvantage(d);
        queue.reforecast(forecastInFlight());
        d.pressure = pressure.now();
        double lambda = price.joulesPerScore(d.pressure);
        d.mode = Mode.EXPLOIT;
        for (int m = 0; m < zoo.size(); m++) {
            d.objective[m] = d.joulesOrTypical(m) - lambda * d.accuracy[m];
        }
        d.optimism = price.optimism(d.pressure);
        addOptimism(d, lambda * d.optimism);
        if (search != null) {
            search.value(d, lambda);
        }
        if (zoo.isUnknown()) {
            goRound(d);
        }
        d.precedence = precedence;
        d.rank();
        if (search != null) {
            d.planned = search.afterBadAnswer(d, lambda);
        }
        probe.addTo(d, lambda);
        if (search != null) {
            d.plan = search.plan(d, lambda);
        }
    }

    /** Requests of models that left the zoo count as promised. */
    private double forecastInFlight() {
        return zoo.inFlightScore()
                + sla.alpha() * (queue.inFlight - zoo.inFlight())
                + queue.plannedGain;
    }

    /**
     * Has models be taken for better than their forecasts by what is not known of them. Their
     * deviations take time, so only those are asked for whose model may be chosen.
     *
     * @param joules per unit of score, times standard deviations
     */
    private void addOptimism(Decision d, double joules) {
        if (joules == 0) {
            return;
        }
        double least = Double.POSITIVE_INFINITY;
        for (int m = 0; m < zoo.size(); m++) {
            least = d.unavailable[m] ? least : Math.min(least, d.objective[m]);
        }
        double ratio = state.price.deviationRatio();
        for (int m = 0; m < zoo.size(); m++) {
            if (d.objective[m] - joules * zoo.mostDeviation(m, ratio) <= least) {
                d.objective[m] -= joules * zoo.deviation(d, m, ratio);
            }
        }
    }

    /**
     * Before the first label, has the models in turn that cost about as much as the best by price
     * alone that is available, and no more, until each was asked as often as its prior counts: what
     * is learned first is learned of all of them.
     */
    private void goRound(Decision d) {
        int best = -1;
        for (int m = 0; m < zoo.size(); m++) {
            if (!d.unavailable[m] && (best < 0 || d.objective[m] < d.objective[best])) {
                best = m;
            }
        }
        double most = d.joulesOrTypical(best);
        for (int m = 0; m < zoo.size(); m++) {
            double itsJoules = d.joulesOrTypical(m);
            if (itsJoules <= most
                    && itsJoules * Priors.ALIKE_JOULES_RATIO >= most
                    && zoo.timesAsked(m) < Priors.OWN_PRIOR_LABELS) {
                d.objective[m] = d.objective[best];
            }
        }
    }

    /**
     * Q &lt;- max(-credit - margin, min(U, Q + alpha - A)), for one answer or the sum of several.
     */
    @Override
    public double nextQueue(double q, long answers, double scoreSum) {
        double owed = q + answers * sla.alpha() - scoreSum;
        return Math.max(pressure.minQueue(), Math.min(pressure.maxQueue(), owed));
    }

    @Override
    public void admitted(Decision d) {
        zoo.fleet().decided(d, price.joulesPerScore(d.pressure));
    }

    @Override
    public void resolved(double error) {
        queue.reforecast(forecastInFlight());
        price.learn(error);
    }

    @Override
    public void spent(double joules) {
        probe.earn(joules, price.budgetFactor());
    }

    @Override
    public double joulesPerScore() {
        return price.joulesPerScore();
    }

    @Override
    public double maxQueue() {
        return pressure.maxQueue();
    }

    /**
     * Settings of the stream's rule.
     *
     * @param credit requests that Q may be ahead of the promise by beyond the margin, at least 0
     * @param marginSigmas the margin in standard deviations of the unknown scores, at least 0
     * @param explorationBudget share of all other energy that probes may add at a pressure of 0, at
     *     least 0; {@link #AUTO_BUDGET} has it depend on the source of labels
     * @param sequential whether models are asked one after the other where a scorer scores answers
     *     before they are served, and not at once
     */
    public record Config(
            double credit, double marginSigmas, double explorationBudget, boolean sequential)
            implements Rule {

        /** The exploration budget that depends on the source of labels. */
        public static final double AUTO_BUDGET = Double.NaN;

        public Config {
            Checks.amount("credit", credit);
            Checks.amount("marginSigmas", marginSigmas);
            if (!Double.isNaN(explorationBudget)) {
                Checks.amount("explorationBudget", explorationBudget);
            }
        }

        /** Settings with which models are asked at once. */
        public Config(double credit, double marginSigmas, double explorationBudget) {
            this(credit, marginSigmas, explorationBudget, false);
        }

        public static Config ofDefaults() {
            return new Config(Priors.CREDIT_REQUESTS, Priors.MARGIN_SIGMAS, AUTO_BUDGET);
        }

        /** The same settings, with models asked one after the other or at once. */
        public Config withSequential(boolean oneAfterTheOther) {
            return new Config(credit, marginSigmas, explorationBudget, oneAfterTheOther);
        }

        /** Whether each answer has its score before another model is asked. */
        public boolean isSequential(LabelSource labels) {
            return sequential && labels.beforeServing();
        }

        @Override
        public boolean learnsFrom(Mode mode) {
            return true;
        }

        /**
         * The exploration budget in force, as a share of all other energy. Where answers are scored
         * when they are served, the better of two is served, so a second one is worth more.
         * Elsewhere it is worth less by the share of ratings, of answers of score .5.
         */
        public double explorationBudget(LabelSource labels) {
            if (!Double.isNaN(explorationBudget)) {
                return explorationBudget;
            }
            return labels.beforeServing() && !sequential
                    ? Priors.SCORER_EXPLORATION_BUDGET
                    : Priors.EXPLORATION_BUDGET * labels.labelledShare(0.5);
        }
    }
}
