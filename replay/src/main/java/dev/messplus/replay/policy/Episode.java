package dev.messplus.replay.policy;

import dev.messplus.replay.outcome.Traffic;

/**
 * The traffic that a policy answers with one seed, and the conditions under which it does.
 *
 * @param order indices of the requests of {@code traffic}, in the order of arrival
 * @param alpha average score to reach, in [0, 1]
 * @param inFlight requests that are decided before the outcome of one is known, at least 0
 * @param feedbackRate share of requests whose label arrives at all, in [0, 1]
 * @param seed of everything that the policy draws
 */
public record Episode(
        Traffic traffic, int[] order, double alpha, int inFlight, double feedbackRate, long seed) {}
