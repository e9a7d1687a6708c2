package dev.messplus.core;

/**
 * Asks a second model beside the chosen one, to learn from its answer, within a budget of energy.
 *
 * <p>Of all others it asks the model whose label is worth most per joule. A label is worth the
 * accuracy by which its model may turn out to be better for such a prompt than the chosen one, with
 * its price taken off: the expected improvement (Jones, Schonlau, Welch, "Efficient Global
 * Optimization of Expensive Black-Box Functions", 1998), here of a logistic distribution, which
 * needs no table.
 */
final class Probe {

    /** Scale of the logistic distribution of standard deviation 1. */
    private static final double LOGISTIC_SCALE = Math.sqrt(3) / Math.PI;

    private final double budget;
    private final Zoo zoo;
    private final SlaState sla;

    Probe(StreamRule.Config config, Zoo zoo, SlaState sla) {
        this.budget = config.exploration().budget();
        this.zoo = zoo;
        this.sla = sla;
    }

    /**
     * Adds a second model to a decision, once the budget pays for the one that is worth most.
     *
     * @param perJoule weight of a joule in the objective, in requests
     */
    void addTo(Decision d, double perJoule) {
        int probed = worthMost(d, perJoule / d.pressure);
        if (probed >= 0 && d.joules[probed] <= allowanceJoules()) {
            d.promote(probed, 1);
            d.asked = 2;
            d.probeJoules = d.joules[probed];
            d.mode = Mode.EXPLORE;
        }
    }

    /** Index of the model whose label is worth most per joule; -1 if none is worth enough. */
    private int worthMost(Decision d, double accuracyPerJoule) {
        int chosen = d.chosen();
        double best = d.accuracy[chosen] - accuracyPerJoule * zoo.joulesOrHighest(d.joules[chosen]);
        int probed = -1;
        double most = 0;
        for (int m = 0; m < zoo.size(); m++) {
            double joules = d.joules[m];
            // A model of unknown or no price cannot be budgeted; choosing it tells as much.
            if (m != chosen && !d.unavailable[m] && joules > 0 && d.deviation[m] > 0) {
                double behind = best - (d.accuracy[m] - accuracyPerJoule * joules);
                double improvement = expectedImprovement(behind, d.deviation[m]);
                double worth = improvement / joules;
                if (improvement > Priors.MIN_IMPROVEMENT && worth > most) {
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

    /** Joules that probes may take now; below 0 when the budget is overdrawn. */
    private double allowanceJoules() {
        return budget * (sla.joules - sla.probeJoules) - sla.probeJoules;
    }
}
