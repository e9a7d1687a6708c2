/**
 * The keyed operator that decides: {@link dev.messplus.routing.RouteFunction} coordinates, {@code
 * RoutingState} owns all state, {@code RoutingMetrics} all metrics.
 */
package dev.messplus.routing;
