package dev.messplus.record;

import java.util.List;

/**
 * What came of a routed request: the answer for its sender, and what the routing is to learn.
 *
 * @param feedback one record per model that was asked
 */
public record InferenceOutcome(Response response, List<Feedback> feedback) {}
