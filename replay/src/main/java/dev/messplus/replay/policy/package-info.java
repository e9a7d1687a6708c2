/**
 * The policies that a replay compares: one class each behind {@link
 * dev.messplus.replay.policy.ReplayPolicy}, listed by {@link
 * dev.messplus.replay.policy.PolicyKind}. A policy takes an {@link
 * dev.messplus.replay.policy.Episode}, which is the traffic of one seed, and returns a {@link
 * dev.messplus.replay.policy.SeedResult}. Routers from the literature are in {@code replay.router},
 * behind {@link dev.messplus.replay.policy.RouterPolicy}.
 */
package dev.messplus.replay.policy;
