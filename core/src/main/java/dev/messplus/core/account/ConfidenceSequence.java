package dev.messplus.core.account;

import dev.messplus.core.LabelSource;
import dev.messplus.core.Priors;
import dev.messplus.core.Sla;

/**
 * How sure the average score of all answers served so far is: an interval that contains the average
 * at all times at once, with a given probability.
 *
 * <p><b>What it is about.</b> The true scores s_1, s_2, ... of the answers are whatever they are;
 * chance is only in which of them are rated. For each request in the order of the decisions, the
 * pseudo-score Y_t of its {@link LabelSource} has E[Y_t | s_t, past] = s_t, so that the sum of Y_t
 * - s_t is a martingale, and the average of Y_t is an unbiased estimate of that of s_t.
 *
 * <p><b>How wide it is.</b> With f_t the forecasts, c the most that f_t - Y_t can be, and V the sum
 * of (Y_t - f_t)^2 (neither V, c nor lambda is that of a rule here),
 *
 * <pre>
 *   exp(lambda sum(Y_t - s_t) - psi(lambda) V),   psi(lambda) = (-log(1 - c lambda) - c lambda) / c^2
 * </pre>
 *
 * <p>is a supermartingale for every lambda in [0, 1/c): the empirical Bernstein bound of Howard,
 * Ramdas, McAuliffe, Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences",
 * Annals of Statistics 49, 2021, Theorem 4, which allows for means that change. By Ville's
 * inequality the sum of Y_t - s_t never crosses the line (log(1 / delta) + psi(lambda) V) / lambda,
 * except with probability delta. The bound is the lowest of {@link Priors#CONFIDENCE_LINES} such
 * lines, with lambda = 1/2c, 1/4c, ..., each of which has its share of delta; this is the idea of
 * the paper's stitched boundary (section 3.1), with equal shares. The other bound is the same with
 * c the most that Y_t - f_t can be.
 *
 * <p><b>What is certain.</b> No score is below 0 or above 1, so the labels alone bound the average.
 * Where every answer is rated the interval is a point.
 *
 * <p><b>Order.</b> Labels come earlier than the news that there is none. Over the requests resolved
 * so far, rated ones would be too many. So requests count by cohort: those decided up to some point
 * count once all of them are resolved. This lags by the feedback timeout at most twice.
 *
 * <p><b>A scorer</b> has no declared share. The share of rated answers of the whole run stands for
 * it, as if answers had gone unrated at random. That is an assumption, and the interval is as good
 * as it.
 */
public final class ConfidenceSequence {

    /** The source of labels that it is about; empty before the first. */
    public String source = "";

    /** Number t of the last request before it began. Only later ones count. */
    public long since;

    /** Requests of the cohorts that are complete. */
    public ScoreEvidence settled = new ScoreEvidence();

    /** The cohort that is being completed. */
    public ScoreEvidence closing = new ScoreEvidence();

    /** Number t of its last request. */
    public long closingUntil;

    /** The cohort of the requests decided since. */
    public ScoreEvidence open = new ScoreEvidence();

    /** Number t of its last request. */
    public long openUntil;

    /**
     * The interval and the estimate, each {@code NaN} before the first cohort is complete.
     *
     * @param lower the average score is at least this, in [0, 1]
     * @param estimate an unbiased estimate of the average, moved into the interval
     * @param upper the average score is at most this, in [0, 1]
     */
    public record Interval(double lower, double estimate, double upper) {}

    /** Whether labels came from others before: from another kind of source, or another scorer. */
    public boolean isOfOthers(LabelSource declared) {
        return !source.isEmpty() && !declared.isSameScorer(source);
    }

    /**
     * Begins anew if the source is not the same as before.
     *
     * @param t number of the last request
     */
    public void use(LabelSource declared, long t) {
        if (!source.equals(declared.text())) {
            source = declared.text();
            since = t;
            settled = new ScoreEvidence();
            closing = new ScoreEvidence();
            closingUntil = t;
            open = new ScoreEvidence();
            openUntil = t;
        }
    }

    /** Request t was decided. */
    public void enter(long t) {
        openUntil = t;
        open.inFlight++;
    }

    /**
     * A request whose pseudo-score is known but for its audit is the next one.
     *
     * @return its number, for {@link #rate} and {@link #giveUp}
     */
    long enterNext() {
        openUntil++;
        open.inFlight++;
        return openUntil;
    }

    /** An audit that was drawn was answered, or not. */
    void drawn(long t) {
        cohort(t).drawn++;
    }

    /** Request t was rated. */
    void rate(long t, LabelSource by, double forecast, double score) {
        cohort(t).rate(by, forecast, score);
        leave(t);
    }

    /** Request t was given up without a label. */
    void giveUp(long t, LabelSource by, double forecast) {
        cohort(t).giveUp(by, forecast);
        leave(t);
    }

    /** Request t no longer waits for a label; it does not count unless it was rated or given up. */
    void leave(long t) {
        cohort(t).inFlight--;
        if (closing.inFlight == 0) {
            closeNext();
        }
        // The next cohort may be complete as well.
        if (closing.inFlight == 0) {
            closeNext();
        }
    }

    private ScoreEvidence cohort(long t) {
        if (t <= since) {
            return new ScoreEvidence(); // of an earlier source: counts nowhere
        }
        return t > closingUntil ? open : closing;
    }

    private void closeNext() {
        settled.add(closing);
        closing = open;
        closingUntil = openUntil;
        open = new ScoreEvidence();
    }

    /** The interval for a promise. With shards, those of all shards hold at once. */
    public Interval interval(Sla sla) {
        double requests = settled.requests;
        LabelSource by = sla.labels();
        // With a share p, Y - f is (s - f) / p where rated and 0 where not: without p it is 1 / p
        // too small.
        // So it is with a judge and the share of the audits that were answered.
        double scale =
                switch (by.kind()) {
                    case SCORER -> requests / Math.max(1, settled.rated);
                    case JUDGE, SIGNAL ->
                            Math.max(1, settled.drawn) / (double) Math.max(1, settled.rated);
                    case AUDIT, USERS -> 1;
                };
        double variance = scale * scale * settled.correctionSquares;
        double average = (settled.forecastSum + scale * settled.correctionSum) / requests;
        double error = Priors.CONFIDENCE_ERROR / 2 / sla.shards();
        double below = width(variance, scale * by.mostBelowForecast(), error) / requests;
        double above = width(variance, scale * by.mostAboveForecast(), error) / requests;

        double least = settled.labelSum / requests;
        double most = (settled.labelSum + settled.requests - settled.rated) / requests;
        double lower = between(least, average - below, most);
        double upper = between(least, average + above, most);
        return new Interval(lower, between(lower, average, upper), upper);
    }

    private static double between(double least, double value, double most) {
        return Math.max(least, Math.min(most, value));
    }

    /**
     * The lowest line at V.
     *
     * @param variance V
     * @param range c, above 0
     * @param error probability that any of the lines is ever crossed
     */
    private static double width(double variance, double range, double error) {
        double surprise = Math.log(Priors.CONFIDENCE_LINES / error);
        double lowest = Double.POSITIVE_INFINITY;
        double cLambda = 1;
        for (int line = 0; line < Priors.CONFIDENCE_LINES; line++) {
            cLambda /= 2;
            double psi = (-Math.log1p(-cLambda) - cLambda) / (range * range);
            lowest = Math.min(lowest, (surprise + psi * variance) * range / cLambda);
        }
        return lowest;
    }
}
