package dev.messplus.replay.policy;

import dev.messplus.core.LabelSource;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What a policy gets to know of the answers to its requests, and when. Delays are counted in
 * requests that are decided in the meantime. {@link FeedbackSchedule} draws from these conditions
 * what becomes of each request.
 *
 * @param inFlight requests that are decided before the label of one is known, at least 0; the mean
 *     where delays are random
 * @param joulesAfter requests that are decided before the joules of one, and which answer was
 *     served, are known, at least 0; cut to {@code inFlight}
 * @param delay whether every request takes that long, or only the mean one
 * @param labels when the score of an answer is known
 * @param raters who gives labels
 * @param feedbackRate share of requests whose label can come at all, in [0, 1]; chance says which
 * @param judge who scores answers in place of true scores; {@code null} if nobody does
 * @param exchangeEvery requests that are decided between two exchanges of the shards of an SLA, at
 *     least 1
 * @param priced whether the mean joules of each model are known beforehand
 */
@RecordBuilder
public record Conditions(
        int inFlight,
        int joulesAfter,
        Delay delay,
        Labels labels,
        Raters raters,
        double feedbackRate,
        SimulatedJudge judge,
        int exchangeEvery,
        boolean priced) {

    public Conditions {
        joulesAfter = Math.min(joulesAfter, inFlight);
        exchangeEvery = Math.max(1, exchangeEvery);
    }

    /**
     * Where labels come from, as an owner who knows it declares it: with a feedback rate of 0, as
     * if labels came.
     */
    public LabelSource labelSource() {
        if (judge != null) {
            return judge.labelSource(labels == Labels.SCORER);
        }
        double share = feedbackRate == 0 ? 1 : feedbackRate;
        if (raters.seeOnlyTheServedAnswer()) {
            return raters.labelSource(share);
        }
        return labels == Labels.SCORER && share == 1
                ? LabelSource.scorer()
                : LabelSource.audit(share);
    }
}
