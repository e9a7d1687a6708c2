package dev.messplus.score.sql;

import dev.messplus.score.metric.Metric;

/** {@link Metric#EXACT} in SQL, usually registered as {@code EXACT_MATCH}. */
public final class ExactMatchFunction extends MetricFunction {

    public ExactMatchFunction() {
        super(Metric.EXACT);
    }
}
