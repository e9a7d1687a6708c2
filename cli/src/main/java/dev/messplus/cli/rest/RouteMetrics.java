package dev.messplus.cli.rest;

import dev.messplus.cli.rest.SlaView.ModelView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics of the operator {@code route}, as Flink's REST names them: {@code
 * 0.route.sla.gold.model.small.served}, the first number being the subtask. Flink writes a dot in
 * the name of an SLA or a model as an underscore. Shards of an SLA, {@code sla.gold.shard.1}, count
 * as SLAs of their own.
 */
final class RouteMetrics {

    private static final Set<String> OF_SLA =
            Set.of(
                    "alpha",
                    "score",
                    "windowScore",
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
                    "energyEstimated",
                    "available");
    private static final Pattern ID =
            Pattern.compile(
                    "\\d+\\.route\\.sla\\.(?<sla>[^.]+(?:\\.shard\\.\\d+)?)(?:\\.model\\.(?<model>[^.]+))?\\.(?<metric>\\w+)");

    /** SLA, model or an empty name, metric. */
    private final Map<String, Map<String, Map<String, Double>>> values = new TreeMap<>();

    private final Map<String, String> slaNames;
    private final Map<String, String> modelNames;

    /**
     * No metrics yet.
     *
     * @param slas the names of the SLAs, where they are known
     * @param models the names of the models, in the order of the zoo, where they are known
     */
    RouteMetrics(List<String> slas, List<String> models) {
        slaNames = byMetricName(slas);
        modelNames = byMetricName(models);
    }

    /** Whether a metric is one to {@link #put}. */
    static boolean isOfInterest(String id) {
        Matcher matcher = ID.matcher(id);
        return matcher.matches()
                && (matcher.group("model") == null ? OF_SLA : OF_MODEL)
                        .contains(matcher.group("metric"));
    }

    /** Takes a value; one that is no number is not known. */
    void put(String id, String value) {
        Matcher matcher = ID.matcher(id);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(id + ": is no metric of route");
        }
        double number = Double.parseDouble(value);
        if (Double.isFinite(number)) {
            values.computeIfAbsent(matcher.group("sla"), sla -> new LinkedHashMap<>())
                    .computeIfAbsent(
                            Optional.ofNullable(matcher.group("model")).orElse(""),
                            model -> new LinkedHashMap<>())
                    .put(matcher.group("metric"), number);
        }
    }

    /** What the values say of each SLA, by name. */
    List<SlaView> slas() {
        return values.entrySet().stream().map(sla -> sla(sla.getKey(), sla.getValue())).toList();
    }

    private SlaView sla(String name, Map<String, Map<String, Double>> byModel) {
        Map<String, Double> sla = byModel.getOrDefault("", Map.of());
        List<ModelView> models = models(byModel);
        return new SlaView(
                title(name),
                sla.get("alpha"),
                sla.get("score"),
                sla.get("windowScore"),
                sla.get("q"),
                sla.get("deficit"),
                whole(sla.get("requests")),
                whole(sla.get("inFlight")),
                ratio(sla.get("energyJoules"), sla.get("requests")),
                models.stream().anyMatch(ModelView::energyEstimated),
                whole(sla.get("expired")),
                whole(sla.get("failed")),
                models);
    }

    private String title(String name) {
        String[] parts = name.split("\\.shard\\.", 2);
        String sla = slaNames.getOrDefault(parts[0], parts[0]);
        return parts.length == 1 ? sla : sla + ", shard " + parts[1];
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
                        java.util.Comparator.comparingInt(
                                        (String model) ->
                                                zoo.contains(model)
                                                        ? zoo.indexOf(model)
                                                        : zoo.size())
                                .thenComparing(model -> model))
                .map(model -> model(model, byModel.get(model), served))
                .toList();
    }

    private ModelView model(String name, Map<String, Double> metrics, Double served) {
        Double available = metrics.get("available");
        // Before the first label it is what is believed, and nobody's score.
        boolean scored = metrics.getOrDefault("labels", 0.0) > 0;
        return new ModelView(
                modelNames.getOrDefault(name, name),
                ratio(metrics.get("served"), served),
                scored ? metrics.get("meanScore") : null,
                metrics.get("joulesPerRequest"),
                metrics.getOrDefault("energyEstimated", 0.0) > 0,
                available == null ? null : available > 0);
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
