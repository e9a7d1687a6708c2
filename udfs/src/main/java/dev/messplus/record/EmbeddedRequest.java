package dev.messplus.record;

/**
 * A request with the features the routing learns on.
 *
 * @param features the prompt's embedding
 * @param promptTokens the prompt's length, roughly in tokens
 */
public record EmbeddedRequest(PromptRequest request, float[] features, int promptTokens) {}
