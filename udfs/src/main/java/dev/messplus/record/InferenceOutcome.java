package dev.messplus.record;

import java.util.List;

/**
 * The result of a routed request.
 *
 * @param response the answer for the sender
 * @param feedback what routing learns from it, one record for each model that was asked
 */
public record InferenceOutcome(Response response, List<Feedback> feedback) {}
