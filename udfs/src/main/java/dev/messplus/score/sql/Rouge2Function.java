package dev.messplus.score.sql;

import dev.messplus.score.metric.Metric;

/** {@link Metric#ROUGE_2} in SQL, usually registered as {@code ROUGE2}. */
public final class Rouge2Function extends MetricFunction {

    public Rouge2Function() {
        super(Metric.ROUGE_2);
    }
}
