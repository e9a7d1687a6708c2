package dev.messplus.core.account;

import dev.messplus.core.LabelSource;

/** What the labels of some requests say of the average score of their answers: sums. */
public final class ScoreEvidence {

    /** Requests that wait for their label. */
    public long inFlight;

    /** Requests that were answered, and are rated or given up. */
    public long requests;

    /** Those of them that were rated. */
    public long rated;

    /** Those that were drawn for an audit beside a judge. */
    public long drawn;

    /** Sum of the labels. */
    public double labelSum;

    /** Sum of the forecasts f. */
    public double forecastSum;

    /** Sum of Y - f over the pseudo-scores Y, see {@link LabelSource}. */
    public double correctionSum;

    /** Sum of (Y - f)^2. */
    public double correctionSquares;

    /** A request was rated. */
    void rate(LabelSource source, double forecast, double score) {
        rated++;
        labelSum += score;
        count(forecast, source.rated(score, forecast));
    }

    /** A request was given up without a label. */
    void giveUp(LabelSource source, double forecast) {
        count(forecast, source.unrated(forecast));
    }

    private void count(double forecast, double pseudoScore) {
        double f = LabelSource.clamped(forecast);
        double correction = pseudoScore - f;
        requests++;
        forecastSum += f;
        correctionSum += correction;
        correctionSquares += correction * correction;
    }

    /** Adds the sums of other requests. */
    void add(ScoreEvidence other) {
        inFlight += other.inFlight;
        requests += other.requests;
        rated += other.rated;
        drawn += other.drawn;
        labelSum += other.labelSum;
        forecastSum += other.forecastSum;
        correctionSum += other.correctionSum;
        correctionSquares += other.correctionSquares;
    }
}
