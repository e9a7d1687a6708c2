package dev.messplus.core;

/**
 * How much of the prompt of a call was cached.
 *
 * @param share share of its tokens that the server did not compute, because it had them in a cache,
 *     from 0 to 1
 * @param prefixShare share of them that the model had computed before, for the turn before of the
 *     same conversation, from 0 to 1
 */
public record CachedPrompt(double share, double prefixShare) {

    /** Nothing of it. */
    public static final CachedPrompt NONE = new CachedPrompt(0, 0);
}
