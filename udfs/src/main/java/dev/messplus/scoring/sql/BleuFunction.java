package dev.messplus.scoring.sql;

import dev.messplus.scoring.Metric;

/** {@link Metric#BLEU} in SQL, usually registered as {@code BLEU}. */
public final class BleuFunction extends MetricFunction {

    public BleuFunction() {
        super(Metric.BLEU);
    }
}
