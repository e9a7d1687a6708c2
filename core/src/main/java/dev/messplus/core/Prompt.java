package dev.messplus.core;

/**
 * A prompt as the algorithm sees it.
 *
 * @param features a_t, what the predictors forecast accuracy from; any length, the same for every
 *     prompt of one embedding
 * @param promptTokens its length, at least 0, in any unit that energy grows with
 * @param maxTokens the most completion tokens it asks for; 0 when it sets no maximum
 */
public record Prompt(float[] features, int promptTokens, int maxTokens) {}
