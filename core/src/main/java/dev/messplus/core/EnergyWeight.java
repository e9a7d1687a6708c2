package dev.messplus.core;

/**
 * What a joule weighs against accuracy: V, in units of the mean energy of a reference model.
 *
 * <p>The reference is the model that is most surely accurate on a typical prompt. So V keeps its
 * meaning in every zoo, and does not change when an expensive model joins that is no better.
 */
final class EnergyWeight {

    private final double v;
    private final Sla sla;
    private final Zoo zoo;

    /**
     * A weight.
     *
     * @param v the weight V, at least 0, or {@link StreamRule#AUTO_V}
     */
    EnergyWeight(double v, Sla sla, Zoo zoo) {
        this.v = v;
        this.sla = sla;
        this.zoo = zoo;
    }

    /** V / E_ref, in requests per joule. */
    double perJoule() {
        double reference = zoo.joulesOrHighest(reference().typicalJoules());
        return v() / (reference > 0 ? reference : 1);
    }

    /** The weight V in force. */
    double v() {
        return Double.isNaN(v) ? derived(reference().predictor().predictTypical()) : v;
    }

    /**
     * V = window x tolerance x (A_best - alpha) / 5.
     *
     * <p>With energies of at most 1, nothing in flight, exact forecasts, and a best model that
     * keeps its distance to alpha on every prompt, exploit steps raise Q above V / (A_best - alpha)
     * by no more than alpha: from there on, a model short of alpha no longer has the least
     * objective. The shortfall of any stretch of requests is at most what Q grew by over it. V lets
     * that take a fifth of the deficit that the owner tolerates, which is window x tolerance
     * requests. The rest is for what no V can help: scores are random around their mean, and the
     * first requests are decided before the first labels.
     *
     * @param best accuracy of the best model, in [0, 1]
     */
    double derived(double best) {
        double distance = Math.max(Priors.MIN_DISTANCE_TO_ALPHA, best - sla.alpha());
        return Priors.V_SHARE * sla.window() * sla.tolerance() * distance;
    }

    /**
     * The model of the highest lower bound: expected accuracy less a standard deviation of the mean
     * of its labels, so that a model that joins has to prove itself first.
     */
    private Model reference() {
        Model surest = zoo.model(0);
        double most = Double.NEGATIVE_INFINITY;
        for (int m = 0; m < zoo.size(); m++) {
            Model model = zoo.model(m);
            double bound =
                    model.predictor().predictTypical()
                            - Priors.LABEL_DEVIATION
                                    / Math.sqrt(model.state().accuracy.labels + 1.0);
            if (bound > most) {
                most = bound;
                surest = model;
            }
        }
        return surest;
    }
}
