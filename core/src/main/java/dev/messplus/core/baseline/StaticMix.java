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
        return Blend.of(zoo, model).mix(zoo, alpha);
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
        Blend best = Blend.of(zoo, mostAccurate(zoo));
        for (int low = 0; low < zoo.size(); low++) {
            double a = zoo.get(low).score();
            if (a >= alpha - ROUNDING) {
                best = best.orCheaper(Blend.of(zoo, low));
            }
            for (int high = 0; high < zoo.size(); high++) {
                double b = zoo.get(high).score();
                if (a < alpha && alpha < b) {
                    best = best.orCheaper(Blend.of(zoo, low, high, (alpha - a) / (b - a)));
                }
            }
        }
        return best.mix(zoo, alpha);
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
        return Blend.of(zoo, small, large, Math.min(1, Math.max(0, p))).mix(zoo, alpha);
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

    private static int mostAccurate(List<ModelMean> zoo) {
        if (zoo.isEmpty()) {
            throw new IllegalArgumentException("a mix needs at least one model");
        }
        int best = 0;
        for (int m = 1; m < zoo.size(); m++) {
            ModelMean model = zoo.get(m);
            ModelMean other = zoo.get(best);
            boolean better =
                    model.score() > other.score()
                            || (model.score() == other.score() && model.joules() < other.joules());
            best = better ? m : best;
        }
        return best;
    }

    /** Model {@code high} with probability p, and {@code low} otherwise. */
    private record Blend(int low, int high, double p, double score, double joules) {

        static Blend of(List<ModelMean> zoo, int model) {
            return of(zoo, model, model, 0);
        }

        static Blend of(List<ModelMean> zoo, int low, int high, double p) {
            ModelMean a = zoo.get(low);
            ModelMean b = zoo.get(high);
            return new Blend(
                    low,
                    high,
                    p,
                    (1 - p) * a.score() + p * b.score(),
                    (1 - p) * a.joules() + p * b.joules());
        }

        Blend orCheaper(Blend other) {
            boolean better =
                    other.joules < joules || (other.joules == joules && other.score > score);
            return better ? other : this;
        }

        StaticMix mix(List<ModelMean> zoo, double alpha) {
            List<Double> weights = new ArrayList<>(Collections.nCopies(zoo.size(), 0.0));
            weights.set(low, 1 - p);
            weights.set(high, weights.get(high) + p);
            return new StaticMix(weights, score, joules, score >= alpha - ROUNDING);
        }
    }
}
