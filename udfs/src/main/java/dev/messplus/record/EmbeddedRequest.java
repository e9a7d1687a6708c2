package dev.messplus.record;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A request with the features that routing learns from, or an empty turn.
 *
 * @param key key of the state that decides on the request: its SLA, or a shard of the SLA
 * @param request the request; {@code null} for a turn
 * @param features features of the prompt for the accuracy predictors, all finite, as {@code
 *     PromptFeatures} computes them; {@code null} for a turn
 * @param promptTokens estimated length of the prompt in tokens
 */
@RecordBuilder
public record EmbeddedRequest(
        String key, PromptRequest request, float[] features, int promptTokens) {

    /** A request that is keyed by its SLA. */
    public static EmbeddedRequest of(PromptRequest request, float[] features, int promptTokens) {
        return EmbeddedRequestBuilder.builder()
                .key(request.sla())
                .request(request)
                .features(features)
                .promptTokens(promptTokens)
                .build();
    }

    /** An element without a request, see {@code FeedbackTurns}. */
    public static EmbeddedRequest turn(String key) {
        return EmbeddedRequestBuilder.builder().key(key).build();
    }

    /** A copy under another key. */
    public EmbeddedRequest withKey(String newKey) {
        return EmbeddedRequestBuilder.builder(this).key(newKey).build();
    }

    /** Whether this element carries no request. */
    public boolean isTurn() {
        return request == null;
    }
}
