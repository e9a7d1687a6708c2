package dev.messplus.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** What a metric is of: an operator, or a part of what it does. */
public enum MetricScope {

    /** A subtask of an operator that parses records. */
    PARSE("", "parse requests", "parse feedback", "parse measurements"),

    /** A subtask of {@code embed}. */
    EMBED("", "embed"),

    /** A subtask of {@code route}. */
    ROUTE("", "route"),

    /** An SLA, or a shard of one. An SLA without shards has the shard 0. */
    SLA("sla.<sla>.shard.<shard>", "route"),

    /** A model of an SLA, or of a shard of one. */
    SLA_MODEL("sla.<sla>.shard.<shard>.model.<model>", "route"),

    /** A subtask of {@code infer}. */
    INFER("", "infer"),

    /** A model that a subtask of {@code infer} calls. */
    MODEL("model.<model>", "infer"),

    /** The failed calls of a model, by what failed: the status of HTTP, or one of few words. */
    MODEL_ERROR("model.<model>.error.<error>", "infer"),

    /** A scorer of a subtask of {@code infer}. */
    SCORER("scorer.<scorer>", "infer"),

    /** A device that a TaskManager meters. */
    DEVICE("device.<device>", "infer");

    private static final String PROMETHEUS = "flink_taskmanager_job_task_operator_";
    private static final Pattern LABEL = Pattern.compile("<\\w+>");

    /**
     * Names of the metric groups below the operator, separated by dots, with labels in angle
     * brackets; empty for the operator itself.
     */
    private final String path;

    private final List<String> operators;

    MetricScope(String path, String... operators) {
        this.path = path;
        this.operators = List.of(operators);
    }

    /** Names of the operators that have the metrics. */
    public List<String> operators() {
        return operators;
    }

    /** What the names of the metrics begin with in Prometheus. */
    public String prometheusPrefix() {
        StringBuilder prefix = new StringBuilder(PROMETHEUS);
        Arrays.stream(path.split("\\."))
                .filter(part -> !part.isEmpty() && !part.startsWith("<"))
                .forEach(part -> prefix.append(part).append('_'));
        return prefix.toString();
    }

    /** Whether a name below the operator, such as {@code model.small.calls}, is of this scope. */
    boolean contains(String name) {
        String groups = LABEL.matcher(path.replace(".", "\\.")).replaceAll("[^.]+");
        return name.matches(groups.isEmpty() ? "\\w+" : groups + "\\.\\w+");
    }
}
