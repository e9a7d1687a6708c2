package dev.messplus.scoring.sql;

import dev.messplus.scoring.Metric;

/** {@link Metric#EXACT} in SQL, usually registered as {@code EXACT_MATCH}. */
public final class ExactMatchFunction extends MetricFunction {

    public ExactMatchFunction() {
        super(Metric.EXACT);
    }
}
