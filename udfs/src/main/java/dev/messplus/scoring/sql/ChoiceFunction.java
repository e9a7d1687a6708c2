package dev.messplus.scoring.sql;

import dev.messplus.scoring.Metric;

/** {@link Metric#CHOICE} in SQL, by custom under the name {@code CHOICE}. */
public final class ChoiceFunction extends MetricFunction {

    public ChoiceFunction() {
        super(Metric.CHOICE);
    }
}
