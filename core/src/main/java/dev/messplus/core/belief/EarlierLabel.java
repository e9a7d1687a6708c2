package dev.messplus.core.belief;

/**
 * A label of another answer to the same prompt, which was learned from before.
 *
 * @param model what is known of the accuracy of the model that gave the answer
 * @param score the label
 */
public record EarlierLabel(AccuracyState model, double score) {}
