package dev.messplus.scoring.sql;

import dev.messplus.scoring.Metric;

/** {@link Metric#F1} in SQL, usually registered as {@code TOKEN_F1}. */
public final class TokenF1Function extends MetricFunction {

    public TokenF1Function() {
        super(Metric.F1);
    }
}
