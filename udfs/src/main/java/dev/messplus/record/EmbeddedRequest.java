package dev.messplus.record;

import dev.messplus.core.Prompt;
import java.util.List;

/**
 * A request with its prompt as the routing sees it.
 *
 * @param key key of the state that the request is decided on: its SLA, or a shard of it
 * @param request the request
 * @param prompt its prompt
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

    /** The same under another key. */
    public EmbeddedRequest withKey(String newKey) {
        return new EmbeddedRequest(newKey, request, prompt);
    }

    /** The same without anything that was to be sent to a model. */
    public EmbeddedRequest withoutContent() {
        return new EmbeddedRequest(
                key,
                PromptRequestBuilder.builder()
                        .id(request.id())
                        .sla(request.sla())
                        .promptLength(request.promptLength())
                        .references(List.of())
                        .build(),
                prompt);
    }
}
