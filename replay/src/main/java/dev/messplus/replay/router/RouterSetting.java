package dev.messplus.replay.router;

import dev.messplus.core.baseline.ModelMean;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a router knows before the first request. It is more than MESS+ gets: published routers take
 * prices from a price list, so mean joules are known here, and the number of requests is known too.
 *
 * @param means mean score and joules of each model over the requests of the run; a router may use
 *     the scores only to name the two models that it routes between
 * @param features elements of a prompt's vector, at least 1
 * @param alpha average score to reach, in [0, 1]
 * @param requests number of requests of the run
 * @param seed of everything that the router draws
 */
public record RouterSetting(
        List<ModelMean> means, int features, double alpha, int requests, long seed) {

    public RouterSetting {
        means = List.copyOf(means);
    }

    /** Number of models. */
    public int models() {
        return means.size();
    }

    /** Mean joules of each model. */
    public double[] joules() {
        return means.stream().mapToDouble(ModelMean::joules).toArray();
    }

    /**
     * Index of a model by its mean joules.
     *
     * @param rank 0 for the cheapest; a rank beyond the zoo is the most expensive
     */
    public int cheapest(int rank) {
        return indices().sorted(byJoules()).toList().get(Math.min(rank, models() - 1));
    }

    /** Index of the model of most mean joules. */
    public int mostExpensive() {
        return cheapest(models() - 1);
    }

    /** Index of the model of highest mean score, which only hindsight knows. */
    public int mostAccurate() {
        return indices()
                .max(Comparator.comparingDouble(model -> means.get(model).score()))
                .orElseThrow();
    }

    /**
     * A share of the requests as a number, at least 1.
     *
     * @param share in [0, 1]
     */
    public int requests(double share) {
        return Math.max(1, (int) Math.round(share * requests));
    }

    /**
     * V per joule.
     *
     * @param v V over the mean joules of the most expensive model, which makes it comparable
     *     between zoos
     */
    public double perJoule(double v) {
        double highest = means.get(mostExpensive()).joules();
        return highest > 0 ? v / highest : v;
    }

    private Stream<Integer> indices() {
        return IntStream.range(0, means.size()).boxed();
    }

    private Comparator<Integer> byJoules() {
        return Comparator.comparingDouble(model -> means.get(model).joules());
    }
}
