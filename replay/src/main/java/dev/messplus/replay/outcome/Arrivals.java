package dev.messplus.replay.outcome;

import dev.messplus.core.baseline.ModelMean;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The requests of a run in order of arrival. The file may be passed over several times: a request
 * of a later pass has an id of its own, and shares its features with that of the first.
 */
public final class Arrivals {

    private final Traffic traffic;
    private final int[] order;
    private final Drift drift;
    private final int cheapest;
    private final int best;

    /**
     * Traffic in an order.
     *
     * @param order indices of requests of the traffic, one pass over all of them after the other
     * @param drift how the models change meanwhile
     */
    public Arrivals(Traffic traffic, int[] order, Drift drift) {
        this.traffic = traffic;
        this.order = order;
        this.drift = drift;
        List<ModelMean> means = traffic.means();
        cheapest = Traffic.least(means, ModelMean::joules);
        best = Traffic.least(means, mean -> -mean.score());
    }

    /** Ids of the models. */
    public List<String> models() {
        return traffic.models();
    }

    /** Number of requests. */
    public int size() {
        return order.length;
    }

    /**
     * A request.
     *
     * @param i its number, from 0
     */
    public Recorded get(int i) {
        Recorded request = traffic.requests().get(order[i]);
        int pass = i / traffic.requests().size();
        Recorded arriving = pass == 0 ? request : request.ofPass(pass);
        return drift.holds(i, order.length)
                ? arriving.answeredWith(
                        drift.scores(request.scores(), cheapest, best), request.joules())
                : arriving;
    }

    /** All requests, in order. */
    public List<Recorded> all() {
        return IntStream.range(0, order.length).mapToObj(this::get).toList();
    }

    /** Mean score and energy of each model over all requests, as they were when these arrived. */
    public List<ModelMean> means() {
        return Traffic.means(models().size(), all());
    }
}
