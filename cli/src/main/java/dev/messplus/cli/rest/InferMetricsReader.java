package dev.messplus.cli.rest;

import dev.messplus.metrics.Histograms;
import dev.messplus.metrics.JobMetric;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The metrics of the operator {@code infer} of each model, by their ids in Flink's REST API, such
 * as {@code 0.infer.model.small.calls} and {@code 0.infer.model.small.callMillis_mean}. The first
 * number is the subtask.
 *
 * <p>What subtasks count and hold adds up. The mean of a histogram weighs each subtask by the
 * values in its histogram.
 */
final class InferMetricsReader {

    private static final String MEAN = "_mean";
    private static final double MILLI = 1e-3;

    private static final Set<String> OF_INTEREST =
            Set.of(
                    JobMetric.MODEL_IN_FLIGHT.metricName(),
                    JobMetric.MODEL_MAX_IN_FLIGHT.metricName(),
                    JobMetric.MODEL_WAITING.metricName(),
                    JobMetric.MODEL_ANSWERS.metricName(),
                    JobMetric.MODEL_CALL_FAILURES.metricName(),
                    JobMetric.MODEL_BREAKER_STATE.metricName(),
                    JobMetric.MODEL_CALL_MILLIS.metricName() + MEAN,
                    JobMetric.MODEL_ANSWER_MILLIJOULES.metricName() + MEAN);

    private static final Pattern ID =
            Pattern.compile("(?<subtask>\\d+)\\.infer\\.model\\.(?<model>[^.]+)\\.(?<metric>\\w+)");

    /** In the order of the numbers that stand for them. */
    private static final List<String> BREAKER_STATES = List.of("closed", "half open", "open");

    /** Values by model, subtask and metric. */
    private final Map<String, Map<Integer, Map<String, Double>>> values = new TreeMap<>();

    private final Map<String, String> modelNames = new LinkedHashMap<>();

    /**
     * Creates an empty collection.
     *
     * @param models the names of the models that are known, in the order of the zoo
     */
    InferMetricsReader(List<String> models) {
        models.forEach(model -> modelNames.put(MetricNames.of(model), model));
    }

    /** Whether a metric is used, and so should be passed to {@link #put}. */
    static boolean isOfInterest(String id) {
        Matcher matcher = ID.matcher(id);
        return matcher.matches() && OF_INTEREST.contains(matcher.group("metric"));
    }

    /** Adds a value. A value that is not finite counts as unknown. */
    void put(String id, String value) {
        Matcher matcher = ID.matcher(id);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(id + ": must be a metric of a model");
        }
        double number = Double.parseDouble(value);
        if (Double.isFinite(number)) {
            values.computeIfAbsent(matcher.group("model"), model -> new TreeMap<>())
                    .computeIfAbsent(
                            Integer.valueOf(matcher.group("subtask")), subtask -> new HashMap<>())
                    .put(matcher.group("metric"), number);
        }
    }

    /** The views of all models that have metrics, in the order of the zoo. */
    List<CallsView> calls() {
        return Stream.concat(modelNames.keySet().stream(), values.keySet().stream())
                .distinct()
                .filter(values::containsKey)
                .map(model -> calls(model, values.get(model).values()))
                .toList();
    }

    private CallsView calls(String model, Collection<Map<String, Double>> subtasks) {
        return CallsViewBuilder.builder()
                .model(modelNames.getOrDefault(model, model))
                .inFlight(sum(JobMetric.MODEL_IN_FLIGHT, subtasks))
                .maxInFlight(sum(JobMetric.MODEL_MAX_IN_FLIGHT, subtasks))
                .waiting(sum(JobMetric.MODEL_WAITING, subtasks))
                .answers(sum(JobMetric.MODEL_ANSWERS, subtasks))
                .callFailures(sum(JobMetric.MODEL_CALL_FAILURES, subtasks))
                .breaker(worstBreaker(subtasks))
                .callMillis(mean(JobMetric.MODEL_CALL_MILLIS, 1, subtasks))
                .answerJoules(mean(JobMetric.MODEL_ANSWER_MILLIJOULES, MILLI, subtasks))
                .build();
    }

    private static Stream<Double> known(String metric, Collection<Map<String, Double>> subtasks) {
        return subtasks.stream().map(subtask -> subtask.get(metric)).filter(Objects::nonNull);
    }

    private static Long sum(JobMetric metric, Collection<Map<String, Double>> subtasks) {
        return known(metric.metricName(), subtasks)
                .reduce(Double::sum)
                .map(Math::round)
                .orElse(null);
    }

    private static String worstBreaker(Collection<Map<String, Double>> subtasks) {
        OptionalDouble worst =
                known(JobMetric.MODEL_BREAKER_STATE.metricName(), subtasks)
                        .mapToDouble(Double::doubleValue)
                        .max();
        return worst.isPresent() ? BREAKER_STATES.get((int) worst.getAsDouble()) : null;
    }

    private static Double mean(
            JobMetric histogram, double unit, Collection<Map<String, Double>> subtasks) {
        double sum = 0;
        double weights = 0;
        for (Map<String, Double> subtask : subtasks) {
            Double mean = subtask.get(histogram.metricName() + MEAN);
            Double answers = subtask.get(JobMetric.MODEL_ANSWERS.metricName());
            if (mean != null && answers != null) {
                double weight = Math.min(answers, Histograms.WINDOW);
                sum += weight * mean;
                weights += weight;
            }
        }
        return weights == 0 ? null : Double.valueOf(unit * sum / weights);
    }
}
