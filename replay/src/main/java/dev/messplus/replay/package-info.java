/**
 * Replays recorded outcomes through the embedder, the decisions and the learning of the product,
 * beside other policies. {@link dev.messplus.replay.Replay} takes {@link
 * dev.messplus.replay.ReplayOptions}, runs every policy over alphas, numbers of requests in flight
 * and seeds, and returns a {@link dev.messplus.replay.ReplayReport} for {@code replay.output} to
 * show.
 */
package dev.messplus.replay;
