package dev.messplus.record;

import java.util.List;

/**
 * The result of a routed request, or what the meter told after it.
 *
 * @param response the answer for the sender; {@code null} if it was given before
 * @param feedback what routing learns from it, one record for each model that was asked
 */
public record InferenceOutcome(Response response, List<Feedback> feedback) {}
