package dev.messplus.scoring.sql;

import dev.messplus.scoring.Metric;

/** {@link Metric#EXACT} in SQL, by custom under the name {@code EXACT_MATCH}. */
public final class ExactMatchFunction extends MetricFunction {

    public ExactMatchFunction() {
        super(Metric.EXACT);
    }
}
