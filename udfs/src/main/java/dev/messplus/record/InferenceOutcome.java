package dev.messplus.record;

import java.util.List;

/**
 * The result of a routed request, or what a meter or a scorer reported after it.
 *
 * @param response the answer for the sender; {@code null} in what comes after it
 * @param measurements one for each model that was asked, the served one last; after the result, the
 *     score of one answer or nothing
 * @param correction what a meter reported after the answer; {@code null} in the result
 */
public record InferenceOutcome(
        Response response, List<Measurement> measurements, Correction correction) {

    /** The result of a request. */
    public static InferenceOutcome of(Response response, List<Measurement> measurements) {
        return new InferenceOutcome(response, measurements, null);
    }

    /** The score of an answer, after the result. */
    public static InferenceOutcome of(Measurement afterServing) {
        return new InferenceOutcome(null, List.of(afterServing), null);
    }

    /** What a meter reported after the result. */
    public static InferenceOutcome of(Correction correction) {
        return new InferenceOutcome(null, List.of(), correction);
    }
}
