package dev.messplus.record;

import dev.messplus.core.AnswerPlan;
import dev.messplus.core.JudgeReading;
import dev.messplus.core.Mode;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * A request with the routing decision for it.
 *
 * @param request the request
 * @param mode how the models were chosen
 * @param ranking ids of the models in the order in which they are asked; unavailable models come
 *     last
 * @param asked how many models, from the start of the ranking, are asked at once: all available
 *     models, or the chosen one and one more, if the request is explored, otherwise 1. The rest of
 *     the ranking is for the plan, and for falling back, one model after the other
 * @param predictedScores predicted accuracy in [0, 1] of each model of the ranking
 * @param estimatedJoules what the books are expected to charge a call of each model of the ranking,
 *     in joules; {@code NaN} if unknown
 * @param priceJoules what sending the request to each model of the ranking adds, in joules: what
 *     was compared; {@code NaN} if unknown
 * @param regretJoules how much worse each model of the ranking is than the best, in joules: the
 *     difference of E - lambda A, at least 0. Models that are asked later have no smaller one,
 *     unless the request is explored
 * @param plan which further models to ask, by the scores of the answers so far; its ranks are those
 *     of the ranking. {@code null} if none are, whatever their scores
 * @param pressure pressure P of the decision, in requests; Q under the paper's rule
 * @param t number of the request under its SLA, or under its shard of the SLA, from 1
 * @param decision number of this decision: a request can be decided again after a failure
 * @param reading what a judge's scores of the answers say, by rank; {@code null} without a judge,
 *     and where one model is asked
 * @param audited whether people are to audit the answer that is served
 * @param receipt why it was decided so, a {@link Receipt} as JSON; {@code null} unless receipts are
 *     configured
 */
@RecordBuilder
public record RoutedRequest(
        PromptRequest request,
        Mode mode,
        List<String> ranking,
        int asked,
        double[] predictedScores,
        double[] estimatedJoules,
        double[] priceJoules,
        double[] regretJoules,
        AnswerPlan plan,
        double pressure,
        long t,
        long decision,
        JudgeReading reading,
        boolean audited,
        String receipt) {

    public RoutedRequest {
        // In the state of a job that did not know it.
        regretJoules = regretJoules == null ? new double[ranking.size()] : regretJoules;
        priceJoules = priceJoules == null ? estimatedJoules : priceJoules;
    }

    /**
     * Whether the plan asks for the answer of the model of a rank. It does not ask for that of a
     * model that is asked beside the chosen one, to learn from it.
     */
    public boolean isPlanned(int rank) {
        return plan != null && (rank == 0 || rank >= asked);
    }
}
