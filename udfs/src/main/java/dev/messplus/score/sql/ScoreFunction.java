package dev.messplus.score.sql;

import dev.messplus.score.metric.Metric;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * Any {@link Metric} in SQL, for tables with a metric per row: {@code SCORE(metric STRING, output
 * STRING, reference STRING)}, or with an {@code ARRAY<STRING>} of references. Returns a {@code
 * DOUBLE} in [0, 1].
 *
 * <p>The result is NULL if the metric is NULL; other NULLs are handled as by {@link
 * MetricFunction}. An unknown metric fails the query.
 */
public final class ScoreFunction extends ScalarFunction {

    public Double eval(String metric, String output, String reference) {
        return metric == null
                ? null
                : MetricFunction.score(Metric.fromName(metric), output, reference);
    }

    public Double eval(String metric, String output, String[] references) {
        return metric == null
                ? null
                : MetricFunction.score(Metric.fromName(metric), output, references);
    }
}
