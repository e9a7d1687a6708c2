package dev.messplus.record;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A request with the features the routing learns on, or a mere turn.
 *
 * @param key what the state that it is decided on is keyed by: its SLA, or the shard of that
 * @param request the request; {@code null} for a turn
 * @param features what the accuracy predictors know of the prompt, all finite, as {@code
 *     PromptFeatures} says; {@code null} for a turn
 * @param promptTokens the prompt's length, roughly in tokens
 */
@RecordBuilder
public record EmbeddedRequest(
        String key, PromptRequest request, float[] features, int promptTokens) {

    /** A request of an SLA that is not split. */
    public static EmbeddedRequest of(PromptRequest request, float[] features, int promptTokens) {
        return new EmbeddedRequest(request.sla(), request, features, promptTokens);
    }

    /** An element that carries nothing, see {@code FeedbackTurns}. */
    public static EmbeddedRequest turn(String key) {
        return new EmbeddedRequest(key, null, null, 0);
    }

    /** The same under another key. */
    public EmbeddedRequest withKey(String newKey) {
        return new EmbeddedRequest(newKey, request, features, promptTokens);
    }

    /** Whether this carries nothing. */
    public boolean isTurn() {
        return request == null;
    }
}
