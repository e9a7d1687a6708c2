package dev.messplus;

import dev.messplus.metrics.JobMetric;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionGraphTestUtils;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.scope.ScopeFormats;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;

/** The metrics of one operator in a test harness, by name. It refuses those that are not listed. */
public final class RecordedMetrics {

    private static final String OPERATOR = "operator";

    /** Flink's own metrics of an operator. */
    private static final Pattern OF_FLINK = Pattern.compile("(num[RBS]|current(In|Out)put)\\w+");

    private final Map<String, Metric> metrics = new HashMap<>();

    /** The group to give to the harness's environment. */
    public TaskMetricGroup group() {
        Configuration naming = new Configuration();
        naming.set(MetricOptions.SCOPE_NAMING_OPERATOR, OPERATOR);
        TestingMetricRegistry registry =
                TestingMetricRegistry.builder()
                        .setScopeFormats(ScopeFormats.fromConfig(naming))
                        .setRegisterConsumer(
                                (metric, name, group) ->
                                        record(group.getMetricIdentifier(name), metric))
                        .build();
        return TaskManagerMetricGroup.createTaskManagerMetricGroup(
                        registry, "localhost", ResourceID.generate())
                .addJob(new JobID(), "job")
                .addTask(ExecutionGraphTestUtils.createExecutionAttemptId(), "task");
    }

    private void record(String identifier, Metric metric) {
        if (identifier.startsWith(OPERATOR + ".")) {
            String name = identifier.substring(OPERATOR.length() + 1);
            if (!OF_FLINK.matcher(name).matches() && JobMetric.find(name).isEmpty()) {
                throw new AssertionError(name + " is not listed in " + JobMetric.class);
            }
        }
        metrics.put(identifier, metric);
    }

    /** Whether there is a metric, by its name below the operator. */
    public boolean has(String name) {
        return metrics.containsKey(OPERATOR + "." + name);
    }

    /** The histogram with this name below the operator. */
    public Histogram histogram(String name) {
        return (Histogram) metrics.get(OPERATOR + "." + name);
    }

    /** Value of a counter or gauge, by its name below the operator. */
    public double value(String name) {
        Metric metric = metrics.get(OPERATOR + "." + name);
        if (metric instanceof Counter counter) {
            return counter.getCount();
        }
        if (metric instanceof Gauge<?> gauge) {
            return ((Number) gauge.getValue()).doubleValue();
        }
        throw new AssertionError("no metric " + name + " among " + metrics.keySet());
    }
}
