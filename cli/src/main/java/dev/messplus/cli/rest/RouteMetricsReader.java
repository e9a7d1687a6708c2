package dev.messplus.cli.rest;

import dev.messplus.cli.rest.SlaView.ModelView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
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

    private static final Set<String> OF_SLA =
            Set.of(
                    "alpha",
                    "score",
                    "labelled",
                    "windowScore",
                    "windowLabelled",
                    "scoreEstimate",
                    "scoreLowerBound",
                    "settled",
                    "unratedStreak",
                    "unratedStreakLimit",
                    "q",
                    "deficit",
                    "requests",
                    "inFlight",
                    "energyJoules",
                    "expired",
                    "failed");
    private static final Set<String> OF_MODEL =
            Set.of(
                    "served",
                    "labels",
                    "meanScore",
                    "joulesPerRequest",
                    "energyUncertaintyRelative",
                    "energyEstimated",
                    "available");
    private static final Pattern ID =
            Pattern.compile(
                    "\\d+\\.route\\.sla\\.(?<sla>[^.]+)\\.shard\\.(?<shard>\\d+)"
                            + "(?:\\.model\\.(?<model>[^.]+))?\\.(?<metric>\\w+)");

    /** The values of an SLA, or of a shard of it, by model (empty for the SLA) and metric. */
    private static final class Values extends LinkedHashMap<String, Map<String, Double>> {}

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
        Matcher matcher = ID.matcher(id);
        return matcher.matches()
                && (matcher.group("model") == null ? OF_SLA : OF_MODEL)
                        .contains(matcher.group("metric"));
    }

    /** Adds a value. A value that is not finite counts as unknown. */
    void put(String id, String value) {
        Matcher matcher = ID.matcher(id);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(id + ": must be a metric of route");
        }
        double number = Double.parseDouble(value);
        if (Double.isFinite(number)) {
            values.computeIfAbsent(matcher.group("sla"), sla -> new TreeMap<>())
                    .computeIfAbsent(Integer.valueOf(matcher.group("shard")), shard -> new Values())
                    .computeIfAbsent(
                            Optional.ofNullable(matcher.group("model")).orElse(""),
                            model -> new LinkedHashMap<>())
                    .put(matcher.group("metric"), number);
        }
    }

    /** The views of all SLAs, by name; after one with several shards, those of its shards. */
    List<SlaView> slas() {
        List<SlaView> views = new ArrayList<>();
        values.forEach(
                (metricName, shards) -> {
                    String name = slaNames.getOrDefault(metricName, metricName);
                    if (shards.size() == 1) {
                        shards.values().forEach(only -> views.add(sla(name, only)));
                    } else {
                        views.add(sla(name, whole(shards.values())));
                        shards.forEach(
                                (shard, known) -> views.add(sla(name + ", shard " + shard, known)));
                    }
                });
        return views;
    }

    private static Values whole(Collection<Values> shards) {
        Values whole = new Values();
        Set<String> models = new LinkedHashSet<>();
        shards.forEach(shard -> models.addAll(shard.keySet()));
        for (String model : models) {
            List<Map<String, Double>> known =
                    shards.stream().map(shard -> shard.getOrDefault(model, Map.of())).toList();
            whole.put(model, model.isEmpty() ? WholeSla.ofSla(known) : WholeSla.ofModel(known));
        }
        return whole;
    }

    private SlaView sla(String name, Map<String, Map<String, Double>> byModel) {
        Map<String, Double> sla = byModel.getOrDefault("", Map.of());
        List<ModelView> models = models(byModel);
        return SlaViewBuilder.builder()
                .name(name)
                .alpha(sla.get("alpha"))
                .score(sla.get("score"))
                .windowScore(sla.get("windowScore"))
                .scoreEstimate(sla.get("scoreEstimate"))
                .scoreLowerBound(sla.get("scoreLowerBound"))
                .unratedStreak(whole(sla.get("unratedStreak")))
                .unratedStreakLimit(whole(sla.get("unratedStreakLimit")))
                .q(sla.get("q"))
                .deficit(sla.get("deficit"))
                .requests(whole(sla.get("requests")))
                .inFlight(whole(sla.get("inFlight")))
                .joulesPerRequest(ratio(sla.get("energyJoules"), sla.get("requests")))
                .energyEstimated(models.stream().anyMatch(ModelView::energyEstimated))
                .expired(whole(sla.get("expired")))
                .failed(whole(sla.get("failed")))
                .models(models)
                .build();
    }

    private List<ModelView> models(Map<String, Map<String, Double>> byModel) {
        Double served =
                byModel.values().stream()
                        .mapToDouble(metrics -> metrics.getOrDefault("served", 0.0))
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

    private ModelView model(String name, Map<String, Double> metrics, Double served) {
        Double available = metrics.get("available");
        // Before the first label, the metric is the prior and not a score.
        boolean scored = metrics.getOrDefault("labels", 0.0) > 0;
        return SlaViewModelViewBuilder.builder()
                .name(modelNames.getOrDefault(name, name))
                .servedShare(ratio(metrics.get("served"), served))
                .meanScore(scored ? metrics.get("meanScore") : null)
                .joulesPerRequest(metrics.get("joulesPerRequest"))
                .energyUncertainty(metrics.get("energyUncertaintyRelative"))
                .energyEstimated(metrics.getOrDefault("energyEstimated", 0.0) > 0)
                .available(available == null ? null : available > 0)
                .build();
    }

    private static Map<String, String> byMetricName(List<String> names) {
        Map<String, String> byMetricName = new LinkedHashMap<>();
        names.forEach(name -> byMetricName.put(name.replace('.', '_'), name));
        return byMetricName;
    }

    private static Long whole(Double value) {
        return value == null ? null : Math.round(value);
    }

    private static Double ratio(Double part, Double whole) {
        return part == null || whole == null || whole == 0 ? null : Double.valueOf(part / whole);
    }
}
