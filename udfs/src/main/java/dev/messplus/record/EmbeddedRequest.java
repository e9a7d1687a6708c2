package dev.messplus.record;

import dev.messplus.core.Prompt;

/**
 * A request with its prompt as the routing sees it; or an empty element, which carries nothing.
 *
 * @param key key of the state that the request is decided on: its SLA, or a shard of it
 * @param request the request; {@code null} for an empty element
 * @param prompt its prompt; {@code null} for an empty element
 */
public record EmbeddedRequest(String key, PromptRequest request, Prompt prompt) {

    /**
     * A request of an SLA that is not split.
     *
     * @param features the prompt's features, all finite
     * @param promptTokens the prompt's length, roughly in tokens
     */
    public static EmbeddedRequest of(PromptRequest request, float[] features, int promptTokens) {
        return new EmbeddedRequest(
                request.sla(), request, new Prompt(features, promptTokens, request.maxTokens()));
    }

    /** An empty element: {@code FeedbackTurns} says what it is for. */
    public static EmbeddedRequest empty(String key) {
        return new EmbeddedRequest(key, null, null);
    }

    /** The same under another key. */
    public EmbeddedRequest withKey(String newKey) {
        return new EmbeddedRequest(newKey, request, prompt);
    }

    /** Whether this carries nothing. */
    public boolean isEmpty() {
        return request == null;
    }
}
