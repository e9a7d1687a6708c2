package dev.messplus.core.stream;

import dev.messplus.core.Decision;
import dev.messplus.core.Mode;
import dev.messplus.core.Priors;
import dev.messplus.core.Sla;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.belief.Predictor;
import dev.messplus.core.cost.Prices;
import dev.messplus.core.zoo.Model;
import dev.messplus.core.zoo.ModelState;
import dev.messplus.core.zoo.Zoo;

/**
 * Asks a second model beside the chosen one, to learn from its answer, within a budget of energy.
 *
 * <p>The budget is a share of all other energy, times e^(P / G): energy for learning is worth what
 * energy for quality is. Where the promise is kept with ease little is left to learn, and where it
 * is not kept beliefs may be what is wrong. The budget is saved in two ways:
 *
 * <ul>
 *   <li>The <em>allowance</em>, common to all models, asks the model whose label is worth most per
 *       joule. A label is worth the expected improvement (Jones, Schonlau, Welch, "Efficient Global
 *       Optimization of Expensive Black-Box Functions", 1998): the score by which its model may
 *       turn out to be better for such a prompt than the chosen one, less its price. The
 *       distribution is logistic, which has a closed form.
 *   <li>A <em>reserve</em> for each model, all alike, asks it whatever the prompt. So a wrong
 *       belief is found out, however little its model seems to be worth, and labels exist that no
 *       forecast chose. Reserves get more where second answers only teach: there, what seems to be
 *       worth most is mostly nearly as good as the chosen model, and as well known.
 * </ul>
 *
 * <p>A model that was never asked and whose joules are unknown is asked once, outside the budget.
 */
final class Probe {

    /** Scale of the logistic distribution of standard deviation 1. */
    private static final double LOGISTIC_SCALE = Math.sqrt(3) / Math.PI;

    private final double budget;
    private final double firstBudget;
    private final double reservedShare;
    private final int window;
    private final Zoo zoo;
    private final SlaState state;

    /**
     * Probes of one SLA, or one shard of it.
     *
     * @param budget share of all other energy that they may take at a pressure of 0, at least 0
     * @param firstBudget share that the first requests may take beyond that, at least 0
     */
    Probe(double budget, double firstBudget, Sla sla, Zoo zoo, SlaState state) {
        this.budget = budget;
        this.firstBudget = firstBudget;
        this.zoo = zoo;
        this.state = state;
        reservedShare =
                sla.labels().beforeServing() ? Priors.SCORER_RESERVED_SHARE : Priors.RESERVED_SHARE;
        window = sla.shardWindow();
    }

    /**
     * Adds a second model to a decision, if one is worth it. If the allowance does not pay for the
     * best label, it waits.
     *
     * @param joulesPerScore lambda
     */
    void addTo(Decision d, double joulesPerScore) {
        if (budget == 0) {
            return;
        }
        int unknown = unknown(d);
        if (unknown >= 0) {
            add(d, unknown);
            return;
        }
        int reserved = reserved(d);
        if (reserved >= 0) {
            add(d, reserved);
            d.probeJoules = cost(d, reserved);
            d.reserved = true;
            return;
        }
        if (allowanceSuffices(d)) {
            int probed = worthMost(d, joulesPerScore);
            if (probed >= 0 && cost(d, probed) <= state.probeAllowanceJoules) {
                add(d, probed);
                d.probeJoules = cost(d, probed);
            }
        }
    }

    private void add(Decision d, int probed) {
        d.promote(probed, 1);
        d.asked = 2;
        d.mode = Mode.EXPLORE;
    }

    /** A model that was never asked and whose joules are unknown; -1 if there is none. */
    private int unknown(Decision d) {
        int unknown = -1;
        for (int m = 0; m < zoo.size(); m++) {
            if (isCandidate(d, m)
                    && Double.isNaN(d.joules[m])
                    && zoo.timesAsked(m) == 0
                    && (unknown < 0 || isBefore(d, m, unknown))) {
                unknown = m;
            }
        }
        return unknown;
    }

    /**
     * The model whose reserve pays for most of its answers, to a typical prompt or to this one if
     * that takes less; -1 if none pays for one. A longer prompt overdraws it: otherwise a model
     * would not be asked where prompts are long.
     */
    private int reserved(Decision d) {
        int probed = -1;
        double most = 1;
        for (int m = 0; m < zoo.size(); m++) {
            if (isCandidate(d, m)) {
                ModelState model = zoo.model(m).state();
                double typical =
                        Prices.probeCost(
                                model.energy.failures.perCall(zoo.model(m).typicalJoules()),
                                d.typicalJoules);
                double answers = model.probeReserveJoules / Math.min(typical, cost(d, m));
                if (answers > most || answers == most && (probed < 0 || isBefore(d, m, probed))) {
                    most = answers;
                    probed = m;
                }
            }
        }
        return probed;
    }

    private static boolean isCandidate(Decision d, int m) {
        return m != d.chosen() && m != d.planned && !d.unavailable[m];
    }

    /** Of two models that are worth the same, the one asked least, or one by lot. */
    private static boolean isBefore(Decision d, int m, int other) {
        return d.precedence.applyAsDouble(m) < d.precedence.applyAsDouble(other);
    }

    /** Whether the allowance pays for a second answer of at least one model. */
    private boolean allowanceSuffices(Decision d) {
        for (int m = 0; m < zoo.size(); m++) {
            if (isCandidate(d, m) && cost(d, m) <= state.probeAllowanceJoules) {
                return true;
            }
        }
        return false;
    }

    /**
     * Index of the model whose label is worth most per joule; -1 if none is worth anything. The
     * deviation of a forecast takes more time than all the rest of a decision. So it is computed
     * only for models that could be worth most if nothing had been learned of them.
     */
    private int worthMost(Decision d, double joulesPerScore) {
        double chosen = d.objective[d.chosen()];
        int probed = -1;
        double most = 0;
        double ratio = state.price.deviationRatio();
        for (int place = 1; place < d.available; place++) {
            int m = d.ranking[place];
            if (!isCandidate(d, m)) {
                continue;
            }
            Predictor predictor = zoo.model(m).predictor();
            double behind = (d.objective[m] - chosen) / joulesPerScore;
            double cost = cost(d, m);
            if (mostImprovement(behind, ratio * predictor.mostDeviation()) / cost < most) {
                continue;
            }
            double deviation = ratio * predictor.deviation(d.prompt.features());
            double worth = deviation > 0 ? expectedImprovement(behind, deviation) / cost : 0;
            if (worth > most || worth == most && probed >= 0 && isBefore(d, m, probed)) {
                most = worth;
                probed = m;
            }
        }
        return probed;
    }

    /** At least the expected improvement, because ln(1 + y) is at most y. */
    private static double mostImprovement(double behind, double deviation) {
        double scale = LOGISTIC_SCALE * deviation;
        return scale * Math.exp(-behind / scale);
    }

    /** E max(0, X), where X is logistic with mean -behind: s ln(1 + e^(-behind / s)). */
    private static double expectedImprovement(double behind, double deviation) {
        double scale = LOGISTIC_SCALE * deviation;
        return scale * Math.log1p(Math.exp(-behind / scale));
    }

    private double cost(Decision d, int m) {
        return Prices.probeCost(
                zoo.model(m).state().energy.failures.perCall(d.joules[m]), d.typicalJoules);
    }

    /**
     * Adds to the budget, because joules were spent on an answer that it does not pay for. The
     * allowance saves what a window of typical answers earns at a pressure of 0, or two answers of
     * the most expensive model; a reserve saves two of its model.
     *
     * @param factor e^(P / G)
     */
    void earn(double joules, double factor) {
        double typical = zoo.prices().typical();
        double earned = budget(factor) * Prices.probeCost(joules, typical);
        double common = 1 - reservedShare;
        double highest = Prices.probeCost(zoo.prices().highest(), typical);
        state.probeAllowanceJoules =
                saved(
                        state.probeAllowanceJoules,
                        common * earned,
                        Math.max(
                                common * budget * window * Prices.probeCost(typical, typical),
                                Priors.MAX_RESERVED_PROBES * highest));
        for (int m = 0; m < zoo.size(); m++) {
            Model model = zoo.model(m);
            model.state().probeReserveJoules =
                    saved(
                            model.state().probeReserveJoules,
                            reservedShare / zoo.size() * earned,
                            Priors.MAX_RESERVED_PROBES
                                    * Prices.probeCost(
                                            model.state()
                                                    .energy
                                                    .failures
                                                    .perCall(model.typicalJoules()),
                                            typical));
        }
    }

    /**
     * Share of all other energy that probes may take now. What is learned first is learned for all
     * requests, so that part does not follow the pressure.
     *
     * @param factor e^(P / G)
     */
    private double budget(double factor) {
        double first = Priors.FIRST_EXPLORATION_REQUESTS;
        return budget * factor + firstBudget * first / (first + state.t);
    }

    private static double saved(double joules, double earned, double most) {
        return Math.min(joules + earned, most);
    }
}
