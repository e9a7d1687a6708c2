/**
 * Spans of requests, and the way that they take to a collector. The operators know nothing of
 * OpenTelemetry: they begin spans through {@link dev.messplus.trace.Tracing}, and name what is in
 * them by {@link dev.messplus.trace.SpanAttribute}.
 */
package dev.messplus.trace;
