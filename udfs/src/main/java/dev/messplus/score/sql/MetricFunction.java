package dev.messplus.score.sql;

import dev.messplus.score.metric.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * A {@link Metric} as an SQL function of two arguments, {@code (output STRING, reference STRING)}
 * or {@code (output STRING, references ARRAY<STRING>)}, that returns a {@code DOUBLE} in [0, 1]:
 *
 * <pre>{@code
 * CREATE FUNCTION BLEU AS 'dev.messplus.score.sql.BleuFunction';
 * SELECT BLEU(output, reference) FROM answers;
 * }</pre>
 *
 * <p>The result is NULL if the output or the reference is NULL. NULLs in an array are ignored; the
 * result is NULL if the array has no other elements.
 */
public abstract class MetricFunction extends ScalarFunction {

    private final Metric metric;

    MetricFunction(Metric metric) {
        this.metric = metric;
    }

    public Double eval(String output, String reference) {
        return score(metric, output, reference);
    }

    public Double eval(String output, String[] references) {
        return score(metric, output, references);
    }

    /** The score; {@code null} without an output or a reference. */
    static Double score(Metric metric, String output, String... references) {
        List<String> known = known(references);
        return output == null || known.isEmpty() ? null : metric.score(output, known);
    }

    /** The references that are not {@code null}. */
    static List<String> known(String... references) {
        return references == null
                ? List.of()
                : Arrays.stream(references).filter(Objects::nonNull).toList();
    }
}
