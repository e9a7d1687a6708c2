package dev.messplus.score.sql;

import dev.messplus.score.metric.Metric;

/** {@link Metric#ROUGE_1} in SQL, usually registered as {@code ROUGE1}. */
public final class Rouge1Function extends MetricFunction {

    public Rouge1Function() {
        super(Metric.ROUGE_1);
    }
}
