package dev.messplus.core.baseline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A policy that draws the model of every request from one fixed distribution.
 *
 * @param weights probability of each model, in the order of the zoo; they sum to 1
 * @param score mean accuracy to expect, in [0, 1]
 * @param joules mean energy to expect, in joules per request
 * @param feasible whether {@code score} reaches the alpha the mix was made for
 */
public record StaticMix(List<Double> weights, double score, double joules, boolean feasible) {

    /** Keeps a mix made to meet alpha exactly from missing it by rounding. */
    private static final double ROUNDING = 1e-12;

    public StaticMix {
        weights = List.copyOf(weights);
    }

    /** One model for every request. */
    public static StaticMix always(List<ModelMean> zoo, int model, double alpha) {
        return blend(zoo, model, model, 0, alpha);
    }

    /**
     * The mix of least energy whose mean score is at least alpha: the best that can be done without
     * looking at the prompt, known only in hindsight. Among equals, the one of higher score. If no
     * model reaches alpha, the most accurate one alone, and not {@link #feasible}.
     *
     * <p>This is a linear program over the weights with two constraints (they sum to 1, the score
     * reaches alpha), so some optimum mixes at most two models, and trying all pairs finds it.
     */
    public static StaticMix leastEnergy(List<ModelMean> zoo, double alpha) {
        StaticMix best = mostAccurate(zoo, alpha);
        for (int low = 0; low < zoo.size(); low++) {
            best = cheaper(best, always(zoo, low, alpha));
            for (int high = 0; high < zoo.size(); high++) {
                double a = zoo.get(low).score();
                double b = zoo.get(high).score();
                if (a < alpha && alpha < b) {
                    best = cheaper(best, blend(zoo, low, high, (alpha - a) / (b - a), alpha));
                }
            }
        }
        return best;
    }

    /**
     * The poster's "random with constraint": the large model with p = (alpha - A_small) / (A_large
     * - A_small), the small one otherwise; small and large are the models of least and most energy.
     *
     * <p>p is clamped to [0, 1]: if the small model reaches alpha it answers alone, and if the
     * large one does not, it answers alone and alpha is missed. If the large model is no more
     * accurate than the small one, the formula has no meaning and p is 0.
     */
    public static StaticMix randomWithConstraint(List<ModelMean> zoo, double alpha) {
        int small = 0;
        int large = 0;
        for (int m = 1; m < zoo.size(); m++) {
            small = zoo.get(m).joules() < zoo.get(small).joules() ? m : small;
            large = zoo.get(m).joules() >= zoo.get(large).joules() ? m : large;
        }
        double gain = zoo.get(large).score() - zoo.get(small).score();
        double p = gain > 0 ? (alpha - zoo.get(small).score()) / gain : 0;
        return blend(zoo, small, large, Math.min(1, Math.max(0, p)), alpha);
    }

    /**
     * The corners of the energy-quality frontier, by rising score: every mix of least energy for
     * some alpha lies on the line through them. The first is the cheapest model, the last the most
     * accurate one.
     */
    public static List<StaticMix> frontier(List<ModelMean> zoo) {
        List<StaticMix> corners = new ArrayList<>();
        zoo.stream()
                .map(ModelMean::score)
                .sorted()
                .map(score -> leastEnergy(zoo, score))
                .filter(
                        mix ->
                                corners.isEmpty()
                                        || mix.score > corners.get(corners.size() - 1).score)
                .forEach(corners::add);
        return corners;
    }

    private static StaticMix mostAccurate(List<ModelMean> zoo, double alpha) {
        if (zoo.isEmpty()) {
            throw new IllegalArgumentException("a mix needs at least one model");
        }
        StaticMix best = always(zoo, 0, alpha);
        for (int m = 1; m < zoo.size(); m++) {
            StaticMix other = always(zoo, m, alpha);
            boolean better =
                    other.score > best.score
                            || (other.score == best.score && other.joules < best.joules);
            best = better ? other : best;
        }
        return best;
    }

    private static StaticMix cheaper(StaticMix best, StaticMix other) {
        boolean better =
                other.feasible
                        && (other.joules < best.joules
                                || (other.joules == best.joules && other.score > best.score));
        return better ? other : best;
    }

    private static StaticMix blend(List<ModelMean> zoo, int low, int high, double p, double alpha) {
        List<Double> weights = new ArrayList<>(Collections.nCopies(zoo.size(), 0.0));
        weights.set(low, 1 - p);
        weights.set(high, weights.get(high) + p);
        double score = (1 - p) * zoo.get(low).score() + p * zoo.get(high).score();
        double joules = (1 - p) * zoo.get(low).joules() + p * zoo.get(high).joules();
        return new StaticMix(weights, score, joules, score >= alpha - ROUNDING);
    }
}
