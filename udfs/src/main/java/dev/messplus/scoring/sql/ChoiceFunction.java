package dev.messplus.scoring.sql;

import dev.messplus.scoring.Metric;

/** {@link Metric#CHOICE} in SQL, usually registered as {@code CHOICE}. */
public final class ChoiceFunction extends MetricFunction {

    public ChoiceFunction() {
        super(Metric.CHOICE);
    }
}
