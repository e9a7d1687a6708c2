/**
 * Scores answers before they are served, or afterwards: the scorers of {@link dev.messplus.score},
 * each with its time limit, its places and its circuit breaker.
 */
package dev.messplus.infer.scoring;
