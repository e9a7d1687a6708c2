package dev.messplus.cli.rest;

import dev.messplus.cli.rest.SlaView.JudgeView;
import dev.messplus.cli.rest.SlaView.ModelView;
import dev.messplus.metrics.JobMetric;
import dev.messplus.route.config.Shards;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The metrics of a job, by their ids in Flink's REST API, such as {@code
 * 0.route.sla.gold.shard.0.model.small.served} and {@code 1.infer.model.small.callMillis_mean}. The
 * first number is the subtask. Flink replaces a dot in the name of an SLA or a model by an
 * underscore. An SLA with several shards is shown as a whole, and then by shard.
 */
final class JobMetricsReader {

    /** Tasks with operators that have such metrics. */
    static final Pattern TASKS = Pattern.compile("\\b(?:parse|route|infer)\\b");

    private static final Pattern ID =
            Pattern.compile(
                    "(?<subtask>\\d+\\.(?:parse_\\w+|route|infer))\\.(?<name>"
                            + "(?:sla\\.(?<sla>[^.]+)\\.shard\\.(?<shard>\\d+)\\.)?"
                            + "(?:model\\.(?<model>[^.]+)\\.(?:error\\.(?<error>[^.]+)\\.)?)?"
                            + "\\w+?)(?:_mean)?");

    /** What each shard of an SLA alone can say. */
    private static final Set<JobMetric> OF_SHARDS =
            EnumSet.of(JobMetric.SLA_UNRATED_STREAK, JobMetric.SLA_UNRATED_STREAK_LIMIT);

    /** In the order of the numbers that stand for them. */
    private static final List<String> BREAKER_STATES = List.of("closed", "half open", "open");

    private static final double MILLI = 1e-3;

    /** Values by model, or the empty text for what is not of a model, and metric. */
    private static final class Values extends HashMap<String, Map<JobMetric, Double>> {}

    /** By SLA, shard, and subtask: Flink keeps values of subtasks that had the shard before. */
    private final Map<String, Map<Integer, Map<String, Values>>> shards = new TreeMap<>();

    private final Map<String, Values> subtasks = new HashMap<>();

    /** Failed calls by model and error, of all subtasks. */
    private final Map<String, Map<String, Long>> errors = new HashMap<>();

    private final int routeSubtasks;
    private final Map<String, String> slaNames;
    private final Map<String, String> modelNames;

    /**
     * Creates an empty collection.
     *
     * @param slas the names of the SLAs that are known
     * @param models the names of the models that are known, in the order of the zoo
     * @param routeSubtasks number of subtasks of {@code route}
     */
    JobMetricsReader(List<String> slas, List<String> models, int routeSubtasks) {
        this.routeSubtasks = routeSubtasks;
        slaNames = byMetricName(slas);
        modelNames = byMetricName(models);
    }

    /** Whether a metric is used, and so should be passed to {@link #put}. */
    static boolean isOfInterest(String id) {
        Matcher matcher = ID.matcher(id);
        return matcher.matches() && metric(matcher).isPresent();
    }

    private static Optional<JobMetric> metric(Matcher id) {
        return JobMetric.find(id.group("name"))
                .filter(
                        metric ->
                                WholeMetrics.contain(metric)
                                        || OF_SHARDS.contains(metric)
                                        || metric == JobMetric.MODEL_ERROR_CALLS);
    }

    /** Adds a value. A value that is not finite counts as unknown. */
    void put(String id, String value) {
        Matcher matcher = ID.matcher(id);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(id + ": must be a metric of the job");
        }
        double number = Double.parseDouble(value);
        if (matcher.group("error") != null) {
            errors.computeIfAbsent(matcher.group("model"), model -> new TreeMap<>())
                    .merge(matcher.group("error"), Math.round(number), Long::sum);
        } else if (Double.isFinite(number)) {
            valuesOf(matcher)
                    .computeIfAbsent(
                            Objects.requireNonNullElse(matcher.group("model"), ""),
                            model -> new EnumMap<>(JobMetric.class))
                    .put(metric(matcher).orElseThrow(), number);
        }
    }

    private Values valuesOf(Matcher id) {
        return id.group("sla") == null
                ? subtasks.computeIfAbsent(id.group("subtask"), subtask -> new Values())
                : shards.computeIfAbsent(id.group("sla"), sla -> new TreeMap<>())
                        .computeIfAbsent(Integer.valueOf(id.group("shard")), s -> new HashMap<>())
                        .computeIfAbsent(id.group("subtask"), subtask -> new Values());
    }

    /** The views of all SLAs, by name; after one with several shards, those of its shards. */
    List<SlaView> slas() {
        List<SlaView> views = new ArrayList<>();
        shards.forEach(
                (metricName, bySubtask) -> {
                    String name = slaNames.getOrDefault(metricName, metricName);
                    Map<Integer, Values> byShard = new TreeMap<>();
                    bySubtask.forEach(
                            (shard, values) ->
                                    byShard.put(
                                            shard, current(name, shard, bySubtask.size(), values)));
                    if (byShard.size() == 1) {
                        byShard.values().forEach(only -> views.add(sla(name, null, only)));
                    } else {
                        views.add(sla(name, null, whole(byShard.values())));
                        byShard.forEach((shard, known) -> views.add(sla(name, shard, known)));
                    }
                });
        return views;
    }

    /**
     * The values of the subtask that has the shard, by its key group. If that is not known, of the
     * one that has counted most.
     *
     * @param of number of shards of the SLA
     */
    private Values current(String sla, int shard, int of, Map<String, Values> bySubtask) {
        if (shard < of) {
            String key = new Shards(Map.of(sla, of)).keys(sla)[shard];
            int owner =
                    KeyGroupRangeAssignment.assignKeyToParallelOperator(
                            key, Shards.MAX, routeSubtasks);
            Values owned = bySubtask.get(owner + ".route");
            if (owned != null) {
                return owned;
            }
        }
        return bySubtask.values().stream()
                .max(Comparator.comparingDouble(JobMetricsReader::requests))
                .orElseThrow();
    }

    private static double requests(Values values) {
        return values.getOrDefault("", Map.of()).getOrDefault(JobMetric.SLA_REQUESTS, -1.0);
    }

    /** The views of all models that are called, in the order of the zoo. */
    List<CallsView> calls() {
        Values whole = whole(subtasks.values());
        return models(whole).map(model -> calls(model, whole.get(model))).toList();
    }

    /** The records that could not be used; null if that is not known. */
    UnusedRecords unused() {
        Map<JobMetric, Double> whole = whole(subtasks.values()).getOrDefault("", Map.of());
        return whole.isEmpty()
                ? null
                : new UnusedRecords(
                        whole.getOrDefault(JobMetric.DEAD_LETTERS, 0.0).longValue(),
                        whole.getOrDefault(JobMetric.FEEDBACK_UNMATCHED, 0.0).longValue(),
                        whole.getOrDefault(JobMetric.FEEDBACK_UNEXPECTED, 0.0).longValue());
    }

    private static Values whole(Collection<Values> parts) {
        Set<String> models = new TreeSet<>();
        parts.forEach(part -> models.addAll(part.keySet()));
        Values whole = new Values();
        for (String model : models) {
            whole.put(
                    model,
                    WholeMetrics.of(
                            parts.stream()
                                    .map(part -> part.getOrDefault(model, Map.of()))
                                    .toList()));
        }
        return whole;
    }

    private SlaView sla(String name, Integer shard, Values byModel) {
        Map<JobMetric, Double> sla = byModel.getOrDefault("", Map.of());
        double served =
                byModel.values().stream()
                        .mapToDouble(of -> of.getOrDefault(JobMetric.SLA_MODEL_SERVED, 0.0))
                        .sum();
        List<ModelView> models =
                models(byModel).map(model -> model(model, byModel.get(model), served)).toList();
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
                .repeatJoules(sla.get(JobMetric.SLA_REPEAT_JOULES))
                .joulesPerRequest(
                        ratio(joules, less(sla, JobMetric.SLA_REQUESTS, JobMetric.SLA_FAILED)))
                .mostExpensiveJoulesEstimate(sla.get(JobMetric.SLA_MOST_EXPENSIVE_JOULES_ESTIMATE))
                .staticMixJoulesEstimate(sla.get(JobMetric.SLA_STATIC_MIX_JOULES_ESTIMATE))
                .reachableScoreEstimate(sla.get(JobMetric.SLA_REACHABLE_SCORE_ESTIMATE))
                .energyEstimated(models.stream().anyMatch(ModelView::energyEstimated))
                .expired(whole(sla.get(JobMetric.SLA_EXPIRED)))
                .failed(whole(sla.get(JobMetric.SLA_FAILED)))
                .judge(judge(sla))
                .models(models)
                .build();
    }

    /** What audits say; null where people audit none. */
    private static JudgeView judge(Map<JobMetric, Double> sla) {
        return sla.getOrDefault(JobMetric.SLA_AUDITS_DRAWN, 0.0) == 0
                ? null
                : new JudgeView(
                        sla.get(JobMetric.SLA_AUDITS_DRAWN).longValue(),
                        sla.getOrDefault(JobMetric.SLA_AUDITS_ANSWERED, 0.0).longValue(),
                        sla.getOrDefault(JobMetric.SLA_AUDITS_UNANSWERED, 0.0).longValue(),
                        sla.get(JobMetric.SLA_JUDGE_USELESS_PROBABILITY));
    }

    /** The models that have values: those of the zoo in its order, then others by name. */
    private Stream<String> models(Values byModel) {
        return Stream.concat(modelNames.keySet().stream(), byModel.keySet().stream().sorted())
                .distinct()
                .filter(model -> !model.isEmpty() && byModel.containsKey(model));
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
                .judgeBias(metrics.get(JobMetric.SLA_MODEL_JUDGE_BIAS))
                .judgeBiasDeviation(metrics.get(JobMetric.SLA_MODEL_JUDGE_BIAS_DEVIATION))
                .joulesPerRequest(metrics.get(JobMetric.SLA_MODEL_JOULES_PER_REQUEST))
                .priceJoules(metrics.get(JobMetric.SLA_MODEL_PRICE_JOULES))
                .energyUncertainty(metrics.get(JobMetric.SLA_MODEL_ENERGY_UNCERTAINTY_RELATIVE))
                .energyEstimated(
                        metrics.getOrDefault(JobMetric.SLA_MODEL_ENERGY_ESTIMATED, 0.0) > 0)
                .available(available == null ? null : available > 0)
                .build();
    }

    private CallsView calls(String name, Map<JobMetric, Double> metrics) {
        Double breaker = metrics.get(JobMetric.MODEL_BREAKER_STATE);
        Double millijoules = metrics.get(JobMetric.MODEL_ANSWER_MILLIJOULES);
        return CallsViewBuilder.builder()
                .model(modelNames.getOrDefault(name, name))
                .inFlight(whole(metrics.get(JobMetric.MODEL_IN_FLIGHT)))
                .maxInFlight(whole(metrics.get(JobMetric.MODEL_MAX_IN_FLIGHT)))
                .waiting(whole(metrics.get(JobMetric.MODEL_WAITING)))
                .serverWaiting(whole(metrics.get(JobMetric.MODEL_SERVER_WAITING)))
                .answers(whole(metrics.get(JobMetric.MODEL_ANSWERS)))
                .callFailures(whole(metrics.get(JobMetric.MODEL_CALL_FAILURES)))
                .errors(errors.get(name))
                .breaker(breaker == null ? null : BREAKER_STATES.get(breaker.intValue()))
                .callMillis(metrics.get(JobMetric.MODEL_CALL_MILLIS))
                .answerJoules(millijoules == null ? null : (Double) (MILLI * millijoules))
                .build();
    }

    /** Names by how Flink writes them in the ids of metrics, where dots separate the parts. */
    private static Map<String, String> byMetricName(List<String> names) {
        Map<String, String> byMetricName = new LinkedHashMap<>();
        names.forEach(name -> byMetricName.put(name.replace('.', '_'), name));
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
