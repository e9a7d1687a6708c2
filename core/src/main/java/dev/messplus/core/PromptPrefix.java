package dev.messplus.core;

/**
 * The beginning of a prompt that a model has computed before, for the turn before of the same
 * conversation, so that its server may still have it in a cache.
 *
 * @param model id of the model
 * @param tokens its length, above 0, in the unit of {@link Prompt#promptTokens}
 */
public record PromptPrefix(String model, int tokens) {}
