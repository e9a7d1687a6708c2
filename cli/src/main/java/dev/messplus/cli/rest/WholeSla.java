package dev.messplus.cli.rest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metrics of an SLA from those of its shards.
 *
 * <p>Counts, joules, Q and the deficit add up. An average weighs each shard by the requests behind
 * it. So do the bounds of the average score: those of all shards hold together with 95%, and so
 * does their average. What is known of a model is almost the same in all shards, because they learn
 * from each other. The silence of labels stays a matter of each shard.
 */
final class WholeSla {

    private static final List<String> SUMS =
            List.of("requests", "inFlight", "energyJoules", "expired", "failed", "q", "deficit");

    private final List<Map<String, Double>> shards;
    private final Map<String, Double> whole = new LinkedHashMap<>();

    private WholeSla(List<Map<String, Double>> shards) {
        this.shards = shards;
    }

    /**
     * The metrics of the SLA itself.
     *
     * @param shards metrics of each shard, by name
     */
    static Map<String, Double> ofSla(List<Map<String, Double>> shards) {
        WholeSla sla = new WholeSla(shards);
        SUMS.forEach(sla::add);
        sla.average("alpha");
        sla.average("score", "labelled");
        sla.average("windowScore", "windowLabelled");
        sla.average("scoreEstimate", "settled");
        sla.average("scoreLowerBound", "settled");
        return sla.whole;
    }

    /**
     * The metrics of a model of the SLA.
     *
     * @param shards metrics of the model in each shard, by name
     */
    static Map<String, Double> ofModel(List<Map<String, Double>> shards) {
        WholeSla model = new WholeSla(shards);
        model.add("served");
        model.add("labels");
        model.average("meanScore", "labels");
        model.average("joulesPerRequest");
        model.average("energyUncertaintyRelative");
        // One shard with an estimate makes the whole an estimate; so does one that avoids a model.
        shards.forEach(shard -> shard.forEach(model::putIfDecisive));
        return model.whole;
    }

    private void putIfDecisive(String name, double value) {
        if (name.equals("energyEstimated")) {
            whole.merge(name, value, Math::max);
        } else if (name.equals("available")) {
            whole.merge(name, value, Math::min);
        }
    }

    private void add(String name) {
        for (Map<String, Double> shard : shards) {
            if (shard.containsKey(name)) {
                whole.merge(name, shard.get(name), Double::sum);
            }
        }
    }

    /** The plain average over the shards that know the metric. */
    private void average(String name) {
        shards.stream()
                .filter(shard -> shard.containsKey(name))
                .mapToDouble(shard -> shard.get(name))
                .average()
                .ifPresent(average -> whole.put(name, average));
    }

    /** The average over the shards that know the metric, weighed by the number behind it. */
    private void average(String name, String weight) {
        double sum = 0;
        double weights = 0;
        for (Map<String, Double> shard : shards) {
            if (shard.containsKey(name)) {
                double known = shard.getOrDefault(weight, 0.0);
                sum += known * shard.get(name);
                weights += known;
            }
        }
        if (weights > 0) {
            whole.put(name, sum / weights);
        }
    }
}
