package dev.messplus.core;

/**
 * Asks a second model beside the chosen one, to learn from its answer, within a budget of energy.
 *
 * <p>Of all others it asks the model whose label is worth most per joule. A label is worth the
 * accuracy by which its model may turn out to be better for such a prompt than the chosen one, with
 * its price taken off: the expected improvement (Jones, Schonlau, Welch, "Efficient Global
 * Optimization of Expensive Black-Box Functions", 1998), here of a logistic distribution, which
 * needs no table. A label must pay for itself within {@link Priors#PROBE_HORIZON_REQUESTS}
 * requests.
 *
 * <p>A part of the budget is reserved, in equal parts for every model, and pays for whatever prompt
 * comes next. So a wrong belief is found out, however little its model seems to be worth, and
 * labels exist that no forecast chose.
 *
 * <p>The budget is a share of all other energy, times e^(B / G): energy for learning is worth what
 * energy for quality is. Where the promise is kept with ease little is left to learn, and where it
 * is not kept beliefs may be what is wrong.
 */
final class Probe {

    /** Scale of the logistic distribution of standard deviation 1. */
    private static final double LOGISTIC_SCALE = Math.sqrt(3) / Math.PI;

    private final double budget;
    private final int window;
    private final Zoo zoo;
    private final SlaState sla;

    /**
     * Probes of one SLA, or one shard of it.
     *
     * @param budget share of all other energy, at least 0
     * @param window length of the shard's window, in requests
     */
    Probe(double budget, int window, Zoo zoo, SlaState sla) {
        this.budget = budget;
        this.window = window;
        this.zoo = zoo;
        this.sla = sla;
    }

    /**
     * Adds a second model to a decision, if one is worth it and paid for.
     *
     * @param joulesPerScore lambda
     */
    void addTo(Decision d, double joulesPerScore) {
        if (budget == 0) {
            return;
        }
        int reserved = reserved(d);
        if (reserved >= 0) {
            add(d, reserved);
            d.reserved = true;
            return;
        }
        int probed = worthMost(d, joulesPerScore);
        if (probed >= 0 && cost(d, probed) <= sla.probeAllowanceJoules) {
            add(d, probed);
        }
    }

    private void add(Decision d, int probed) {
        d.promote(probed, 1);
        d.asked = 2;
        d.probeJoules = cost(d, probed);
        d.mode = Mode.EXPLORE;
    }

    /**
     * A model that was never asked and whose joules nobody knows, or else the one whose reserve
     * exceeds its cost by most; -1 if there is none.
     */
    private int reserved(Decision d) {
        int unknown = -1;
        int probed = -1;
        double most = 0;
        for (int m = 0; m < zoo.size(); m++) {
            if (m == d.chosen() || d.unavailable[m]) {
                continue;
            }
            if (Double.isNaN(d.joules[m])
                    && zoo.timesAsked(m) == 0
                    && (unknown < 0 || isBefore(d, m, unknown))) {
                unknown = m;
            }
            double rest = zoo.model(m).state().probeReserveJoules - cost(d, m);
            if (rest > most || rest == most && isBefore(d, m, probed)) {
                most = rest;
                probed = m;
            }
        }
        return unknown >= 0 ? unknown : probed;
    }

    /** Of two models that are worth the same, the one asked least, or one by lot. */
    private static boolean isBefore(Decision d, int m, int other) {
        return other >= 0 && d.precedence[m] < d.precedence[other];
    }

    /** Index of the model whose label is worth most per joule; -1 if none pays for itself. */
    private int worthMost(Decision d, double joulesPerScore) {
        double best = -d.objective[d.chosen()] / joulesPerScore;
        int probed = -1;
        double most = 1 / (joulesPerScore * Priors.PROBE_HORIZON_REQUESTS);
        for (int m = 0; m < zoo.size(); m++) {
            boolean asked = m == d.chosen() || d.unavailable[m];
            if (!asked && d.deviation[m] > 0) {
                double behind = best + d.objective[m] / joulesPerScore;
                double worth = expectedImprovement(behind, d.deviation[m]) / cost(d, m);
                if (worth > most || worth == most && isBefore(d, m, probed)) {
                    most = worth;
                    probed = m;
                }
            }
        }
        return probed;
    }

    /** E max(0, X), where X is logistic with mean -behind: s ln(1 + e^(-behind / s)). */
    private static double expectedImprovement(double behind, double deviation) {
        double scale = LOGISTIC_SCALE * deviation;
        return scale * Math.log1p(Math.exp(-behind / scale));
    }

    private static double cost(Decision d, int m) {
        return cost(d.joules[m], d.typicalJoules);
    }

    /**
     * What a second answer takes from the budget: its joules, or what is typical while nobody knows
     * them, and something even if it is free.
     */
    static double cost(double joules, double typicalJoules) {
        double unit = typicalJoules > 0 ? typicalJoules : 1;
        return Double.isNaN(joules) ? unit : Math.max(joules, Priors.LEAST_PROBE_COST * unit);
    }

    /**
     * Takes in the joules of an answer that was not asked for to learn from it: the budget grows.
     *
     * @param factor e^(B / G)
     */
    void earn(double joules, double factor) {
        double typical = zoo.typicalJoules();
        double earned = budget * factor * cost(joules, typical);
        double ofWindow = budget * window * cost(typical, typical);
        sla.probeAllowanceJoules =
                saved(
                        sla.probeAllowanceJoules,
                        (1 - Priors.RESERVED_SHARE) * earned,
                        (1 - Priors.RESERVED_SHARE) * ofWindow);
        double perModel = Priors.RESERVED_SHARE / zoo.size();
        for (int m = 0; m < zoo.size(); m++) {
            Model model = zoo.model(m);
            double cost = cost(model.typicalJoules(), typical);
            model.state().probeReserveJoules =
                    saved(
                            model.state().probeReserveJoules,
                            perModel * earned,
                            Math.max(2 * cost, perModel * ofWindow));
        }
    }

    /**
     * What is not spent is saved, but no more than a window earns: a model that was always chosen,
     * or unavailable, for weeks would then be asked with every request.
     */
    private static double saved(double joules, double earned, double most) {
        return Math.max(joules, Math.min(joules + earned, most));
    }
}
