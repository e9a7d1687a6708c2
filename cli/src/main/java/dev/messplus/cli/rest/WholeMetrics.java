package dev.messplus.cli.rest;

import dev.messplus.metrics.Histograms;
import dev.messplus.metrics.JobMetric;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * The metrics of a whole from those of its parts: of an SLA from its shards, of a model from the
 * subtasks that call it.
 *
 * <p>Counts, joules, Q and the deficit add up. An average weighs each part by the number behind it.
 * So do the bounds of the average score: those of all shards hold together with 95%, and so does
 * their average. What other policies would take differs between shards that do not exchange their
 * labels. The joules of a model are almost the same in all, because every shard learns of what was
 * measured. The silence of labels stays a matter of each shard.
 */
final class WholeMetrics {

    private static final Set<JobMetric> SUMS =
            EnumSet.of(
                    JobMetric.SLA_REQUESTS,
                    JobMetric.SLA_IN_FLIGHT,
                    JobMetric.SLA_ENERGY_JOULES,
                    JobMetric.SLA_REPEAT_JOULES,
                    JobMetric.SLA_EXPIRED,
                    JobMetric.SLA_FAILED,
                    JobMetric.SLA_Q,
                    JobMetric.SLA_DEFICIT,
                    JobMetric.SLA_LABELLED,
                    JobMetric.SLA_WINDOW_LABELLED,
                    JobMetric.SLA_SETTLED,
                    JobMetric.SLA_AUDITS_DRAWN,
                    JobMetric.SLA_AUDITS_ANSWERED,
                    JobMetric.SLA_AUDITS_UNANSWERED,
                    JobMetric.SLA_MODEL_SERVED,
                    JobMetric.SLA_MODEL_LABELS,
                    JobMetric.MODEL_IN_FLIGHT,
                    JobMetric.MODEL_MAX_IN_FLIGHT,
                    JobMetric.MODEL_WAITING,
                    JobMetric.MODEL_SERVER_WAITING,
                    JobMetric.MODEL_ANSWERS,
                    JobMetric.MODEL_CALL_FAILURES,
                    JobMetric.DEAD_LETTERS,
                    JobMetric.FEEDBACK_UNMATCHED,
                    JobMetric.FEEDBACK_UNEXPECTED);

    /**
     * One estimate makes the whole an estimate; the worst breaker is that of the whole. A scorer is
     * set aside by each shard, so the whole says so if one has.
     */
    private static final Set<JobMetric> LARGEST =
            EnumSet.of(
                    JobMetric.SLA_JUDGE_USELESS_PROBABILITY,
                    JobMetric.SLA_MODEL_ENERGY_ESTIMATED,
                    JobMetric.MODEL_BREAKER_STATE);

    /** A model that one shard avoids is not available. */
    private static final Set<JobMetric> SMALLEST = EnumSet.of(JobMetric.SLA_MODEL_AVAILABLE);

    private static final Set<JobMetric> PLAIN_AVERAGES =
            EnumSet.of(
                    JobMetric.SLA_ALPHA,
                    JobMetric.SLA_REACHABLE_SCORE_ESTIMATE,
                    JobMetric.SLA_MODEL_JUDGE_BIAS_DEVIATION,
                    JobMetric.SLA_MODEL_JOULES_PER_REQUEST,
                    JobMetric.SLA_MODEL_PRICE_JOULES,
                    JobMetric.SLA_MODEL_ENERGY_UNCERTAINTY_RELATIVE);

    /** Averages, by the number behind them. */
    private static final Map<JobMetric, JobMetric> WEIGHTS =
            Map.of(
                    JobMetric.SLA_MOST_EXPENSIVE_JOULES_ESTIMATE, JobMetric.SLA_REQUESTS,
                    JobMetric.SLA_STATIC_MIX_JOULES_ESTIMATE, JobMetric.SLA_REQUESTS,
                    JobMetric.SLA_SCORE, JobMetric.SLA_LABELLED,
                    JobMetric.SLA_WINDOW_SCORE, JobMetric.SLA_WINDOW_LABELLED,
                    JobMetric.SLA_SCORE_ESTIMATE, JobMetric.SLA_SETTLED,
                    JobMetric.SLA_SCORE_LOWER_BOUND, JobMetric.SLA_SETTLED,
                    JobMetric.SLA_MODEL_MEAN_SCORE, JobMetric.SLA_MODEL_LABELS,
                    JobMetric.SLA_MODEL_JUDGE_BIAS, JobMetric.SLA_MODEL_LABELS,
                    JobMetric.MODEL_CALL_MILLIS, JobMetric.MODEL_ANSWERS,
                    JobMetric.MODEL_ANSWER_MILLIJOULES, JobMetric.MODEL_ANSWERS);

    /** Means of histograms, which hold their last values only. */
    private static final Set<JobMetric> HISTOGRAMS =
            EnumSet.of(JobMetric.MODEL_CALL_MILLIS, JobMetric.MODEL_ANSWER_MILLIJOULES);

    private WholeMetrics() {}

    /** Whether it is known how to make a whole of the metric. */
    static boolean contain(JobMetric metric) {
        return SUMS.contains(metric)
                || LARGEST.contains(metric)
                || SMALLEST.contains(metric)
                || PLAIN_AVERAGES.contains(metric)
                || WEIGHTS.containsKey(metric);
    }

    /** The metrics of the whole; those that no part knows are missing. */
    static Map<JobMetric, Double> of(List<Map<JobMetric, Double>> parts) {
        Map<JobMetric, Double> whole = new EnumMap<>(JobMetric.class);
        for (Map<JobMetric, Double> part : parts) {
            part.forEach(
                    (metric, value) -> {
                        if (SUMS.contains(metric)) {
                            whole.merge(metric, value, Double::sum);
                        } else if (LARGEST.contains(metric)) {
                            whole.merge(metric, value, Math::max);
                        } else if (SMALLEST.contains(metric)) {
                            whole.merge(metric, value, Math::min);
                        }
                    });
        }
        for (JobMetric metric : PLAIN_AVERAGES) {
            known(metric, parts).average().ifPresent(average -> whole.put(metric, average));
        }
        WEIGHTS.forEach((metric, weight) -> putAverage(metric, weight, parts, whole));
        return whole;
    }

    private static DoubleStream known(JobMetric metric, List<Map<JobMetric, Double>> parts) {
        return parts.stream()
                .map(part -> part.get(metric))
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue);
    }

    private static void putAverage(
            JobMetric metric,
            JobMetric weight,
            List<Map<JobMetric, Double>> parts,
            Map<JobMetric, Double> whole) {
        double most = HISTOGRAMS.contains(metric) ? Histograms.WINDOW : Double.POSITIVE_INFINITY;
        double sum = 0;
        double weights = 0;
        for (Map<JobMetric, Double> part : parts) {
            if (part.containsKey(metric)) {
                double known = Math.min(most, part.getOrDefault(weight, 0.0));
                sum += known * part.get(metric);
                weights += known;
            }
        }
        if (weights > 0) {
            whole.put(metric, sum / weights);
        }
    }
}
