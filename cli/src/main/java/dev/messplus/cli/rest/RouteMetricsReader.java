package dev.messplus.cli.rest;

import dev.messplus.cli.rest.SlaView.ModelView;
import dev.messplus.metrics.JobMetric;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics of the operator {@code route}, by their ids in Flink's REST API, such as {@code
 * 0.route.sla.gold.shard.0.model.small.served}. The first number is the subtask. Flink replaces a
 * dot in the name of an SLA or a model by an underscore. An SLA with several shards is shown as a
 * whole, and then by shard.
 */
final class RouteMetricsReader {

    private static final Set<JobMetric> OF_INTEREST =
            EnumSet.of(
                    JobMetric.SLA_ALPHA,
                    JobMetric.SLA_SCORE,
                    JobMetric.SLA_LABELLED,
                    JobMetric.SLA_WINDOW_SCORE,
                    JobMetric.SLA_WINDOW_LABELLED,
                    JobMetric.SLA_SCORE_ESTIMATE,
                    JobMetric.SLA_SCORE_LOWER_BOUND,
                    JobMetric.SLA_SETTLED,
                    JobMetric.SLA_UNRATED_STREAK,
                    JobMetric.SLA_UNRATED_STREAK_LIMIT,
                    JobMetric.SLA_Q,
                    JobMetric.SLA_DEFICIT,
                    JobMetric.SLA_REQUESTS,
                    JobMetric.SLA_IN_FLIGHT,
                    JobMetric.SLA_ENERGY_JOULES,
                    JobMetric.SLA_REPEAT_JOULES,
                    JobMetric.SLA_DEAREST_JOULES_ESTIMATE,
                    JobMetric.SLA_STATIC_MIX_JOULES_ESTIMATE,
                    JobMetric.SLA_EXPIRED,
                    JobMetric.SLA_FAILED,
                    JobMetric.SLA_MODEL_SERVED,
                    JobMetric.SLA_MODEL_LABELS,
                    JobMetric.SLA_MODEL_MEAN_SCORE,
                    JobMetric.SLA_MODEL_JOULES_PER_REQUEST,
                    JobMetric.SLA_MODEL_ENERGY_UNCERTAINTY_RELATIVE,
                    JobMetric.SLA_MODEL_ENERGY_ESTIMATED,
                    JobMetric.SLA_MODEL_AVAILABLE);
    private static final Pattern ID =
            Pattern.compile(
                    "\\d+\\.route\\.sla\\.(?<sla>[^.]+)\\.shard\\.(?<shard>\\d+)"
                            + "(?:\\.model\\.(?<model>[^.]+))?\\.\\w+");

    /** The values of an SLA, or of a shard of it, by model (empty for the SLA) and metric. */
    private static final class Values extends LinkedHashMap<String, Map<JobMetric, Double>> {}

    /** Values by SLA and shard. */
    private final Map<String, Map<Integer, Values>> values = new TreeMap<>();

    private final Map<String, String> slaNames;
    private final Map<String, String> modelNames;

    /**
     * Creates an empty collection.
     *
     * @param slas the names of the SLAs that are known
     * @param models the names of the models that are known, in the order of the zoo
     */
    RouteMetricsReader(List<String> slas, List<String> models) {
        slaNames = byMetricName(slas);
        modelNames = byMetricName(models);
    }

    /** Whether a metric is used, and so should be passed to {@link #put}. */
    static boolean isOfInterest(String id) {
        return ID.matcher(id).matches() && metric(id).filter(OF_INTEREST::contains).isPresent();
    }

    private static Optional<JobMetric> metric(String id) {
        return JobMetric.find(id.replaceFirst("^\\d+\\.route\\.", ""));
    }

    /** Adds a value. A value that is not finite counts as unknown. */
    void put(String id, String value) {
        Matcher matcher = ID.matcher(id);
        JobMetric metric = metric(id).orElse(null);
        if (!matcher.matches() || metric == null) {
            throw new IllegalArgumentException(id + ": must be a metric of an SLA");
        }
        double number = Double.parseDouble(value);
        if (Double.isFinite(number)) {
            values.computeIfAbsent(matcher.group("sla"), sla -> new TreeMap<>())
                    .computeIfAbsent(Integer.valueOf(matcher.group("shard")), shard -> new Values())
                    .computeIfAbsent(
                            Optional.ofNullable(matcher.group("model")).orElse(""),
                            model -> new EnumMap<>(JobMetric.class))
                    .put(metric, number);
        }
    }

    /** The views of all SLAs, by name; after one with several shards, those of its shards. */
    List<SlaView> slas() {
        List<SlaView> views = new ArrayList<>();
        values.forEach(
                (metricName, shards) -> {
                    String name = slaNames.getOrDefault(metricName, metricName);
                    if (shards.size() == 1) {
                        shards.values().forEach(only -> views.add(sla(name, null, only)));
                    } else {
                        views.add(sla(name, null, whole(shards.values())));
                        shards.forEach((shard, known) -> views.add(sla(name, shard, known)));
                    }
                });
        return views;
    }

    private static Values whole(Collection<Values> shards) {
        Values whole = new Values();
        Set<String> models = new LinkedHashSet<>();
        shards.forEach(shard -> models.addAll(shard.keySet()));
        for (String model : models) {
            List<Map<JobMetric, Double>> known =
                    shards.stream().map(shard -> shard.getOrDefault(model, Map.of())).toList();
            whole.put(model, model.isEmpty() ? WholeSla.ofSla(known) : WholeSla.ofModel(known));
        }
        return whole;
    }

    private SlaView sla(String name, Integer shard, Values byModel) {
        Map<JobMetric, Double> sla = byModel.getOrDefault("", Map.of());
        List<ModelView> models = models(byModel);
        Double joules = less(sla, JobMetric.SLA_ENERGY_JOULES, JobMetric.SLA_REPEAT_JOULES);
        return SlaViewBuilder.builder()
                .name(shard == null ? name : name + ", shard " + shard)
                .shard(shard)
                .alpha(sla.get(JobMetric.SLA_ALPHA))
                .score(sla.get(JobMetric.SLA_SCORE))
                .windowScore(sla.get(JobMetric.SLA_WINDOW_SCORE))
                .scoreEstimate(sla.get(JobMetric.SLA_SCORE_ESTIMATE))
                .scoreLowerBound(sla.get(JobMetric.SLA_SCORE_LOWER_BOUND))
                .unratedStreak(whole(sla.get(JobMetric.SLA_UNRATED_STREAK)))
                .unratedStreakLimit(whole(sla.get(JobMetric.SLA_UNRATED_STREAK_LIMIT)))
                .q(sla.get(JobMetric.SLA_Q))
                .deficit(sla.get(JobMetric.SLA_DEFICIT))
                .requests(whole(sla.get(JobMetric.SLA_REQUESTS)))
                .inFlight(whole(sla.get(JobMetric.SLA_IN_FLIGHT)))
                .energyJoules(joules)
                .joulesPerRequest(
                        ratio(joules, less(sla, JobMetric.SLA_REQUESTS, JobMetric.SLA_FAILED)))
                .dearestJoulesEstimate(sla.get(JobMetric.SLA_DEAREST_JOULES_ESTIMATE))
                .staticMixJoulesEstimate(sla.get(JobMetric.SLA_STATIC_MIX_JOULES_ESTIMATE))
                .energyEstimated(models.stream().anyMatch(ModelView::energyEstimated))
                .expired(whole(sla.get(JobMetric.SLA_EXPIRED)))
                .failed(whole(sla.get(JobMetric.SLA_FAILED)))
                .models(models)
                .build();
    }

    private List<ModelView> models(Values byModel) {
        Double served =
                byModel.values().stream()
                        .mapToDouble(
                                metrics -> metrics.getOrDefault(JobMetric.SLA_MODEL_SERVED, 0.0))
                        .sum();
        List<String> zoo = List.copyOf(modelNames.keySet());
        return byModel.keySet().stream()
                .filter(model -> !model.isEmpty())
                .sorted(
                        Comparator.comparingInt((String model) -> place(model, zoo))
                                .thenComparing(model -> model))
                .map(model -> model(model, byModel.get(model), served))
                .toList();
    }

    /** Index in the zoo; models that are not in it come last. */
    private static int place(String model, List<String> zoo) {
        return zoo.contains(model) ? zoo.indexOf(model) : zoo.size();
    }

    private ModelView model(String name, Map<JobMetric, Double> metrics, Double served) {
        Double available = metrics.get(JobMetric.SLA_MODEL_AVAILABLE);
        // Before the first label, the metric is the prior and not a score.
        boolean scored = metrics.getOrDefault(JobMetric.SLA_MODEL_LABELS, 0.0) > 0;
        return SlaViewModelViewBuilder.builder()
                .name(modelNames.getOrDefault(name, name))
                .served(whole(metrics.get(JobMetric.SLA_MODEL_SERVED)))
                .servedShare(ratio(metrics.get(JobMetric.SLA_MODEL_SERVED), served))
                .meanScore(scored ? metrics.get(JobMetric.SLA_MODEL_MEAN_SCORE) : null)
                .joulesPerRequest(metrics.get(JobMetric.SLA_MODEL_JOULES_PER_REQUEST))
                .energyUncertainty(metrics.get(JobMetric.SLA_MODEL_ENERGY_UNCERTAINTY_RELATIVE))
                .energyEstimated(
                        metrics.getOrDefault(JobMetric.SLA_MODEL_ENERGY_ESTIMATED, 0.0) > 0)
                .available(available == null ? null : available > 0)
                .build();
    }

    private static Map<String, String> byMetricName(List<String> names) {
        Map<String, String> byMetricName = new LinkedHashMap<>();
        names.forEach(name -> byMetricName.put(MetricNames.of(name), name));
        return byMetricName;
    }

    private static Long whole(Double value) {
        return value == null ? null : Math.round(value);
    }

    /** All but a part of it; null if all is not known. */
    private static Double less(Map<JobMetric, Double> sla, JobMetric all, JobMetric part) {
        Double known = sla.get(all);
        return known == null ? null : Double.valueOf(known - sla.getOrDefault(part, 0.0));
    }

    private static Double ratio(Double part, Double whole) {
        return part == null || whole == null || whole == 0 ? null : Double.valueOf(part / whole);
    }
}
