package dev.messplus.record;

/**
 * A request with the features the routing learns on, or a mere turn.
 *
 * @param sla the SLA it belongs to
 * @param request the request; {@code null} for a turn
 * @param features what the accuracy predictors know of the prompt, all finite, as {@code
 *     PromptFeatures} says; {@code null} for a turn
 * @param promptTokens the prompt's length, roughly in tokens
 */
public record EmbeddedRequest(
        String sla, PromptRequest request, float[] features, int promptTokens) {

    /** A request. */
    public static EmbeddedRequest of(PromptRequest request, float[] features, int promptTokens) {
        return new EmbeddedRequest(request.sla(), request, features, promptTokens);
    }

    /** An element that carries nothing, see {@code FeedbackTurns}. */
    public static EmbeddedRequest turn(String sla) {
        return new EmbeddedRequest(sla, null, null, 0);
    }

    /** Whether this carries nothing. */
    public boolean isTurn() {
        return request == null;
    }
}
