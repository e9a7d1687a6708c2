package dev.messplus.core.account;

/** What is known of a served answer that a judge scores and that people may audit. */
public final class JudgedAnswer {

    /** Forecast of the judge's score, made just before that came; {@code NaN} until then. */
    public double forecast = Double.NaN;

    /** What the answer counts as by the judge: g, fixed when the request is resolved. */
    public double expected = Double.NaN;

    /** Number of the request in the {@link ConfidenceSequence}, once it is resolved; 0 before. */
    public long number;

    /** Whether people are to audit the answer. */
    public boolean drawn;

    /** Whether nothing more is expected of the audit. */
    public boolean settled;

    /** Model whose answer a person rated; empty until then. */
    public String ratedModel = "";

    /** That rating, in [0, 1]; {@code NaN} until then. */
    public double rating = Double.NaN;

    /** Whether a rating came. */
    boolean isRated() {
        return !Double.isNaN(rating);
    }

    /** Whether the job waits for an audit. */
    boolean isAwaited() {
        return drawn && !settled;
    }
}
