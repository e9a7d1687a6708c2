package dev.messplus.score.sql;

import dev.messplus.score.metric.Metric;

/** {@link Metric#CHOICE} in SQL, usually registered as {@code CHOICE}. */
public final class ChoiceFunction extends MetricFunction {

    public ChoiceFunction() {
        super(Metric.CHOICE);
    }
}
