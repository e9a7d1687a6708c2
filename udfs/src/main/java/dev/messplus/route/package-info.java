/**
 * The keyed operator that decides. Embedded requests and feedback flow in, keyed by SLA or shard;
 * requests with their decisions flow out to the inference.
 *
 * <p>{@link dev.messplus.route.RouteFunction} coordinates. {@code RoutingState} owns what is known
 * under each key, {@code PendingRequests} the requests that wait for labels, {@code EarlyLabels}
 * the labels that wait for requests, {@code RepeatFilter} the ids of recent requests, {@code
 * JobStarts} the starts of the job, and {@code RoutingMetrics} all metrics. {@link
 * dev.messplus.route.FeedbackBundler} bundles feedback before it, and {@link
 * dev.messplus.route.MeasurementOperator} stamps measurements after the inference. Where an SLA is
 * split into shards, {@link dev.messplus.route.ShareFunction} has them learn from each other, by
 * sums that {@link dev.messplus.route.ShareOperator} sends on a clock.
 */
package dev.messplus.route;
