package dev.messplus.core.account;

/**
 * What was booked of one model's answer to a decision on a {@link PendingRequest} that does not
 * count, so that no joule is booked twice.
 */
public final class RepeatedAnswer {

    /** Number of the decision that asked for the answer. */
    public long decision;

    /** Id of the model that was asked. */
    public String model = "";

    /** Energy of the answer in joules; {@code NaN} until measured. */
    public double joules = Double.NaN;

    /** Energy in joules of the model's calls that brought no answer; {@code NaN} until reported. */
    public double failedJoules = Double.NaN;

    /** An answer of no model yet, for serialization. */
    public RepeatedAnswer() {}

    RepeatedAnswer(long decision, String model) {
        this.decision = decision;
        this.model = model;
    }
}
