/**
 * The keyed operator that decides. Embedded requests and feedback flow in, keyed by SLA or shard;
 * requests with their decisions flow out to the inference.
 *
 * <p>{@link dev.messplus.route.RouteOperator} coordinates. {@code RoutingState} owns what is known
 * under each key, {@code PendingRequests} the requests that wait for labels, {@code EarlyLabels}
 * the labels that wait for requests, {@code RepeatFilter} the ids of recent requests, and {@code
 * RoutingMetrics} all metrics. {@link dev.messplus.route.FeedbackBundler} bundles feedback before
 * it. The package {@code share} splits an SLA into shards that learn from each other; {@code runs}
 * knows the starts of the job, and which measurements a failure undid.
 */
package dev.messplus.route;
