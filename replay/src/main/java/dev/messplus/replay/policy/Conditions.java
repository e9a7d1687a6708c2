package dev.messplus.replay.policy;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What a policy gets to know of the answers to its requests, and when. Delays are counted in
 * requests that are decided in the meantime. {@link Delivery} draws from these conditions what
 * becomes of each request.
 *
 * @param inFlight requests that are decided before the label of one is told, at least 0; the mean
 *     where delays are random
 * @param joulesAfter requests that are decided before the joules of one, and which answer was
 *     served, are told, at least 0; cut to {@code inFlight}
 * @param delay whether every request takes that long, or only the mean one
 * @param labels when the score of an answer is known
 * @param raters who gives labels
 * @param feedbackRate share of requests whose label can come at all, in [0, 1]; chance says which
 */
@RecordBuilder
public record Conditions(
        int inFlight,
        int joulesAfter,
        Delay delay,
        Labels labels,
        Raters raters,
        double feedbackRate) {

    public Conditions {
        joulesAfter = Math.min(joulesAfter, inFlight);
    }

    /** Every request is labelled by a scorer; all is told after {@code inFlight} requests. */
    public static Conditions scored(int inFlight) {
        return scored(inFlight, 1);
    }

    /** The same, where only some requests are labelled. */
    public static Conditions scored(int inFlight, double feedbackRate) {
        return new Conditions(
                inFlight, inFlight, Delay.FIXED, Labels.SCORER, Raters.ALL, feedbackRate);
    }
}
