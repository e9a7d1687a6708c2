package dev.messplus.scoring.sql;

import dev.messplus.scoring.Metric;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * Any {@link Metric} in SQL, for tables whose rows name their own: {@code SCORE(metric STRING,
 * output STRING, reference STRING)}, or with an {@code ARRAY<STRING>} of references. Returns a
 * {@code DOUBLE} in [0, 1].
 *
 * <p>NULLs are treated as by {@link MetricFunction}; a NULL metric makes the result NULL as well,
 * an unknown one fails the query.
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
