package dev.messplus.record;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What a response states of the decision that it answers.
 *
 * @param mode {@code explore}, {@code exploit}, or {@link #FALLBACK}
 * @param predictedScore accuracy that was predicted for the model that answered, in [0, 1]; {@code
 *     NaN} in a response that states none
 * @param pressure pressure P, in requests; Q under the paper's rule; {@code NaN} likewise
 * @param t number of the request under its SLA, or the shard of that, from 1
 * @param number identifies the decision, {@code decision} in JSON. A request that was decided again
 *     after a failure may have one response per decision; the SLA counts the last one
 * @param receipt why the models were chosen, a {@link Receipt} as JSON; {@code null} unless
 *     receipts are configured
 */
@RecordBuilder
public record DecisionSummary(
        String mode, double predictedScore, double pressure, long t, long number, String receipt) {

    /** Mode: a model other than the chosen one answered. */
    public static final String FALLBACK = "fallback";

    /** The same, without a receipt. */
    DecisionSummary withoutReceipt() {
        return new DecisionSummary(mode, predictedScore, pressure, t, number, null);
    }
}
