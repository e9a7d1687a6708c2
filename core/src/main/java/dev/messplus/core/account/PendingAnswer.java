package dev.messplus.core.account;

/** What is known of one model's answer to a {@link PendingRequest}. */
public final class PendingAnswer {

    /** Id of the model that was asked. */
    public String model = "";

    /** Label of the answer; {@code NaN} until one comes. */
    public double score = Double.NaN;

    /** Energy of the answer in joules; {@code NaN} until measured. */
    public double joules = Double.NaN;

    /** Energy in joules of the model's calls that brought no answer; {@code NaN} until reported. */
    public double failedJoules = Double.NaN;

    /** Whether the model failed to answer. */
    public boolean failed;

    /**
     * Joules that the exploration budget set aside for this answer; 0 once its joules are known, or
     * if it was not asked for within the budget.
     */
    public double reservedJoules;

    /** Whether its model's own reserve set them aside, and not the common allowance. */
    public boolean reserved;

    /** An answer of no model yet, for serialization. */
    public PendingAnswer() {}

    PendingAnswer(String model) {
        this.model = model;
    }

    boolean hasScore() {
        return !Double.isNaN(score);
    }
}
