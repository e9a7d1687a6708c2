package dev.messplus.record;

import java.util.List;

/**
 * The result of a routed request, or what a meter reported after it.
 *
 * @param response the answer for the sender; {@code null} in what comes after it
 * @param measurements one for each model that was asked, the served one last; empty in what comes
 *     after the answer
 * @param correction what a meter reported after the answer; {@code null} in the result
 */
public record InferenceOutcome(
        Response response, List<Measurement> measurements, Correction correction) {

    /** The result of a request. */
    public static InferenceOutcome of(Response response, List<Measurement> measurements) {
        return new InferenceOutcome(response, measurements, null);
    }

    /** What a meter reported after the result. */
    public static InferenceOutcome of(Correction correction) {
        return new InferenceOutcome(null, List.of(), correction);
    }
}
