package dev.messplus.score.sql;

import dev.messplus.score.metric.Metric;

/** {@link Metric#F1} in SQL, usually registered as {@code TOKEN_F1}. */
public final class TokenF1Function extends MetricFunction {

    public TokenF1Function() {
        super(Metric.F1);
    }
}
