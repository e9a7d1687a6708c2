package dev.messplus.replay;

import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.policy.ReplayPolicy;

/**
 * A policy at one alpha and number in flight: a row of the report.
 *
 * @param alpha average score to reach, in [0, 1]
 * @param inFlight requests that are decided before the label of one is known
 */
public record ReplayEntry(PolicyKind kind, ReplayPolicy policy, double alpha, int inFlight) {}
