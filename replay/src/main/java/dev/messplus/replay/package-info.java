/**
 * Replays recorded outcomes through the embedder, the decisions and the learning of the product,
 * beside policies that it is measured against.
 *
 * <p>{@link dev.messplus.replay.StreamReplay} is the model of a stream, and all that knows the
 * algorithm; {@link dev.messplus.replay.Replay} runs it over seeds and settings.
 */
package dev.messplus.replay;
