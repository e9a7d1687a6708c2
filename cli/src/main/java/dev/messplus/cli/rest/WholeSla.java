package dev.messplus.cli.rest;

import dev.messplus.metrics.JobMetric;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The metrics of an SLA from those of its shards.
 *
 * <p>Counts, joules, Q and the deficit add up. An average weighs each shard by the requests behind
 * it. So do the bounds of the average score: those of all shards hold together with 95%, and so
 * does their average. What other policies would take differs between shards where they do not tell
 * each other their labels. The joules of a model are almost the same in all, because what was
 * measured is told to all. The silence of labels stays a matter of each shard.
 */
final class WholeSla {

    private static final List<JobMetric> SUMS =
            List.of(
                    JobMetric.SLA_REQUESTS,
                    JobMetric.SLA_IN_FLIGHT,
                    JobMetric.SLA_ENERGY_JOULES,
                    JobMetric.SLA_REPEAT_JOULES,
                    JobMetric.SLA_EXPIRED,
                    JobMetric.SLA_FAILED,
                    JobMetric.SLA_Q,
                    JobMetric.SLA_DEFICIT);

    private final List<Map<JobMetric, Double>> shards;
    private final Map<JobMetric, Double> whole = new EnumMap<>(JobMetric.class);

    private WholeSla(List<Map<JobMetric, Double>> shards) {
        this.shards = shards;
    }

    /**
     * The metrics of the SLA itself.
     *
     * @param shards metrics of each shard, by name
     */
    static Map<JobMetric, Double> ofSla(List<Map<JobMetric, Double>> shards) {
        WholeSla sla = new WholeSla(shards);
        SUMS.forEach(sla::add);
        sla.average(JobMetric.SLA_ALPHA);
        sla.average(JobMetric.SLA_DEAREST_JOULES_ESTIMATE, JobMetric.SLA_REQUESTS);
        sla.average(JobMetric.SLA_STATIC_MIX_JOULES_ESTIMATE, JobMetric.SLA_REQUESTS);
        sla.average(JobMetric.SLA_SCORE, JobMetric.SLA_LABELLED);
        sla.average(JobMetric.SLA_WINDOW_SCORE, JobMetric.SLA_WINDOW_LABELLED);
        sla.average(JobMetric.SLA_SCORE_ESTIMATE, JobMetric.SLA_SETTLED);
        sla.average(JobMetric.SLA_SCORE_LOWER_BOUND, JobMetric.SLA_SETTLED);
        return sla.whole;
    }

    /**
     * The metrics of a model of the SLA.
     *
     * @param shards metrics of the model in each shard, by name
     */
    static Map<JobMetric, Double> ofModel(List<Map<JobMetric, Double>> shards) {
        WholeSla model = new WholeSla(shards);
        model.add(JobMetric.SLA_MODEL_SERVED);
        model.add(JobMetric.SLA_MODEL_LABELS);
        model.average(JobMetric.SLA_MODEL_MEAN_SCORE, JobMetric.SLA_MODEL_LABELS);
        model.average(JobMetric.SLA_MODEL_JOULES_PER_REQUEST);
        model.average(JobMetric.SLA_MODEL_ENERGY_UNCERTAINTY_RELATIVE);
        // One shard with an estimate makes the whole an estimate; so does one that avoids a model.
        shards.forEach(shard -> shard.forEach(model::putIfDecisive));
        return model.whole;
    }

    private void putIfDecisive(JobMetric metric, double value) {
        if (metric == JobMetric.SLA_MODEL_ENERGY_ESTIMATED) {
            whole.merge(metric, value, Math::max);
        } else if (metric == JobMetric.SLA_MODEL_AVAILABLE) {
            whole.merge(metric, value, Math::min);
        }
    }

    private void add(JobMetric metric) {
        for (Map<JobMetric, Double> shard : shards) {
            if (shard.containsKey(metric)) {
                whole.merge(metric, shard.get(metric), Double::sum);
            }
        }
    }

    /** The plain average over the shards that know the metric. */
    private void average(JobMetric metric) {
        shards.stream()
                .filter(shard -> shard.containsKey(metric))
                .mapToDouble(shard -> shard.get(metric))
                .average()
                .ifPresent(average -> whole.put(metric, average));
    }

    /** The average over the shards that know the metric, weighed by the number behind it. */
    private void average(JobMetric metric, JobMetric weight) {
        double sum = 0;
        double weights = 0;
        for (Map<JobMetric, Double> shard : shards) {
            if (shard.containsKey(metric)) {
                double known = shard.getOrDefault(weight, 0.0);
                sum += known * shard.get(metric);
                weights += known;
            }
        }
        if (weights > 0) {
            whole.put(metric, sum / weights);
        }
    }
}
