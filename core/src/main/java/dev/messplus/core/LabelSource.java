package dev.messplus.core;

import java.io.Serializable;

/**
 * Where the labels of an SLA come from: which of its answers are rated, and so what an answer
 * counts as, rated or not.
 *
 * <p>An answer of score s in [0, 1] is rated with probability r(s) = b + s (g - b), where g is
 * {@code ratedGood} and b is {@code ratedBad}. With f the forecast of its score, made before it is
 * known whether the answer is rated, its <em>pseudo-score</em> Y is
 *
 * <pre>
 *   unrated:            u = f (1 - g) b / (f (1 - g) b + (1 - f) (1 - b) g)
 *   rated with score s: y = (s - (1 - r(s)) u) / r(s)
 * </pre>
 *
 * <p><b>Unbiased.</b> E[Y | s] = r y + (1 - r) u = s, for every s and every u.
 *
 * <p><b>Least variance.</b> Given s, the variance is (s - u)^2 (1 - r) / r. For a score of 1 with
 * probability f, or else 0, its expectation is w_g (1 - u)^2 + w_b u^2 with w_g = f (1 - g) / g and
 * w_b = (1 - f) (1 - b) / b. It is least at u = w_g / (w_g + w_b), which is the formula above, with
 * its limits: 1 where g = 0, 0 where b = 0, f where g = b. With g = b = p, y is f + (s - f) / p.
 *
 * @param kind who labels
 * @param scorerName name of the scorer that the owner set for the answers; empty if there is none
 * @param ratedGood g, the probability that an answer of score 1 is rated, in [0, 1]
 * @param ratedBad b, the probability that an answer of score 0 is rated, in [0, 1]
 * @param beforeServing whether every answer has a score before one is served, so that the best of
 *     several is
 */
public record LabelSource(
        Kind kind, String scorerName, double ratedGood, double ratedBad, boolean beforeServing)
        implements Serializable {

    /** Who labels the answers. */
    public enum Kind {
        /** The job scores every answer. A label that is missing is missing by accident. */
        SCORER,
        /** A random share of the answers is rated. */
        AUDIT,
        /** Users rate what they please: a bad answer may be rated more often than a good one. */
        USERS,
        /** A judge scores every answer, and people audit a random share of those served. */
        JUDGE,
        /**
         * The same of a scorer whose scores mean nothing of themselves, such as a log probability:
         * only audits say what average they stand for.
         */
        SIGNAL
    }

    public LabelSource {
        Checks.share("ratedGood", ratedGood);
        Checks.share("ratedBad", ratedBad);
        if (ratedGood + ratedBad == 0) {
            throw new IllegalArgumentException(
                    "ratedGood: must be above 0 where ratedBad is 0, was " + ratedGood);
        }
        if (kind != Kind.USERS && ratedGood != ratedBad) {
            throw new IllegalArgumentException(
                    "ratedBad: must be ratedGood (%s) unless users rate, was %s"
                            .formatted(ratedGood, ratedBad));
        }
    }

    /** The job scores every answer. */
    public static LabelSource scorer() {
        return new LabelSource(Kind.SCORER, "", 1, 1, true);
    }

    /**
     * A random share of the answers is rated.
     *
     * @param share in (0, 1]
     */
    public static LabelSource audit(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "share: must be above 0 and at most 1, was " + share);
        }
        return new LabelSource(Kind.AUDIT, "", share, share, false);
    }

    /**
     * Users rate an answer with a probability that its score decides.
     *
     * @param ratedGood that of an answer of score 1, in [0, 1]
     * @param ratedBad that of an answer of score 0, in [0, 1]; not both are 0
     */
    public static LabelSource users(double ratedGood, double ratedBad) {
        return new LabelSource(Kind.USERS, "", ratedGood, ratedBad, false);
    }

    /**
     * A judge scores every answer, and people audit a random share of those served. With g what
     * people are expected to say of an answer once the judge has scored it, its pseudo-score is g
     * unaudited, and g + (s - g) / share with an audit of score s: unbiased for what people would
     * say, whatever the judge says. An {@link #audit} is the case without a judge, where g is the
     * forecast.
     *
     * @param auditShare in (0, 1]
     * @param beforeServing whether the judge scores answers before one is served
     */
    public static LabelSource judge(double auditShare, boolean beforeServing) {
        return judged(Kind.JUDGE, auditShare, beforeServing);
    }

    /**
     * A {@link #judge} whose scores are on a scale of their own. Until the first audit, answers
     * count as the promised score on average, whatever it says.
     *
     * @param auditShare in (0, 1]
     * @param beforeServing whether it scores answers before one is served
     */
    public static LabelSource signal(double auditShare, boolean beforeServing) {
        return judged(Kind.SIGNAL, auditShare, beforeServing);
    }

    private static LabelSource judged(Kind kind, double auditShare, boolean beforeServing) {
        if (!(auditShare > 0 && auditShare <= 1)) {
            throw new IllegalArgumentException(
                    "auditShare: must be above 0 and at most 1, was " + auditShare);
        }
        return new LabelSource(kind, "", auditShare, auditShare, beforeServing);
    }

    /** The same source, whose scores are those of a scorer with this name. */
    public LabelSource by(String name) {
        return new LabelSource(kind, name, ratedGood, ratedBad, beforeServing);
    }

    /**
     * The source as a text that says all that pseudo-scores depend on.
     *
     * <p>Not {@link #toString}: until Java 19 the generated one has the JDK keep the class loader
     * of the record's components for ever (JDK-8078641), and Flink could not unload a job.
     */
    public String text() {
        return who() + ratedGood + " " + ratedBad;
    }

    /** What {@link #text} begins with: who labels, and by which scorer. */
    private String who() {
        return kind.name() + (scorerName.isEmpty() ? "" : "/" + scorerName) + " ";
    }

    /**
     * Whether labels of the source with this text mean the same as those of this one: it is of the
     * same kind, and has the same scorer. Its shares may differ.
     */
    public boolean isSameScorer(String text) {
        return text.startsWith(who());
    }

    /** Whether its labels are a biased sample, so that pseudo-scores must stand for them. */
    public boolean isSelective() {
        return kind == Kind.USERS;
    }

    /** Whether a judge or a signal scores the answers, and people audit some. */
    public boolean isJudged() {
        return kind == Kind.JUDGE || kind == Kind.SIGNAL;
    }

    /** The probability that an answer of this score gets a label, be it a judge's. */
    public double labelledShare(double score) {
        return isJudged() ? 1 : ratedShare(score);
    }

    /** r(s), the probability that an answer of this score is rated, by people if a judge scores. */
    public double ratedShare(double score) {
        return ratedBad + score * (ratedGood - ratedBad);
    }

    /** A forecast as pseudo-scores take it: one that is too sure would make them explode. */
    public static double clamped(double forecast) {
        double least = Priors.MIN_FORECAST;
        return Math.max(least, Math.min(1 - least, forecast));
    }

    /**
     * y, the pseudo-score of a rated answer. An answer that this source never rates, and yet has a
     * label, counts as its label.
     *
     * @param score its label, in [0, 1]
     * @param forecast f, which {@link #clamped} limits
     * @return may lie far outside [0, 1]
     */
    public double rated(double score, double forecast) {
        double share = ratedShare(score);
        return share == 0 ? score : (score - (1 - share) * unrated(forecast)) / share;
    }

    /**
     * u, the pseudo-score of an answer that nobody rated.
     *
     * @param forecast f, which {@link #clamped} limits
     * @return in [0, 1]
     */
    public double unrated(double forecast) {
        double f = clamped(forecast);
        double good = f * (1 - ratedGood) * ratedBad;
        double bad = (1 - f) * (1 - ratedBad) * ratedGood;
        return good + bad == 0 ? f : good / (good + bad);
    }

    /** Variance of the pseudo-score around f, of an answer of score 1 with probability f, or 0. */
    public double variance(double forecast) {
        double f = clamped(forecast);
        double u = unrated(f);
        return f * meanSquare(1, f, u) + (1 - f) * meanSquare(0, f, u) - f * f;
    }

    private double meanSquare(double score, double f, double u) {
        double share = ratedShare(score);
        double y = rated(score, f);
        return share * y * y + (1 - share) * u * u;
    }

    /** The most that f - Y can be: y falls with f, and rises with s. */
    public double mostBelowForecast() {
        double f = 1 - Priors.MIN_FORECAST;
        return f - rated(0, f);
    }

    /** The most that Y - f can be. */
    public double mostAboveForecast() {
        double f = Priors.MIN_FORECAST;
        return rated(1, f) - f;
    }

    /**
     * How many answers of a promise that is just kept may go unrated in a row before that is more
     * than chance: a source that labels as declared is silent for longer once in a million times.
     *
     * @param alpha average score of the answers, in [0, 1]
     * @return in requests, at least {@link Priors#MIN_SILENCE_REQUESTS}
     */
    public long longestSilence(double alpha) {
        double requests = Math.log(Priors.SILENCE_PROBABILITY) / Math.log1p(-labelledShare(alpha));
        return (long) Math.max(Priors.MIN_SILENCE_REQUESTS, Math.ceil(requests));
    }
}
