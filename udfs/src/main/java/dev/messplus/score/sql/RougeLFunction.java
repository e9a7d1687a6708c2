package dev.messplus.score.sql;

import dev.messplus.score.metric.Metric;

/** {@link Metric#ROUGE_L} in SQL, usually registered as {@code ROUGE_L}. */
public final class RougeLFunction extends MetricFunction {

    public RougeLFunction() {
        super(Metric.ROUGE_L);
    }
}
