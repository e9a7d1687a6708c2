/**
 * Replays recorded outcomes through the embedder, the decisions and the learning of the product,
 * beside policies that it is measured against.
 *
 * <p>{@link dev.messplus.local.replay.StreamReplay} is the model of a stream, and all that knows
 * the algorithm; {@link dev.messplus.local.replay.Replay} runs it over seeds and settings.
 */
package dev.messplus.local.replay;
