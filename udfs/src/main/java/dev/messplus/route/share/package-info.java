/**
 * Where an SLA is split into shards, lets them learn from each other's requests. {@link
 * dev.messplus.route.config.Shards} names their keys. {@link
 * dev.messplus.route.share.ShareOperator} notes what is new in feedback, {@code SharedOutcomes}
 * adds it up, and the operator sends the sums on a clock, as {@link
 * dev.messplus.route.share.ShardFeedback}. The routing uses this package, and not the reverse.
 */
package dev.messplus.route.share;
