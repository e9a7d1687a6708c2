package dev.messplus.score.sql;

import dev.messplus.score.metric.Metric;

/** {@link Metric#BLEU} in SQL, usually registered as {@code BLEU}. */
public final class BleuFunction extends MetricFunction {

    public BleuFunction() {
        super(Metric.BLEU);
    }
}
