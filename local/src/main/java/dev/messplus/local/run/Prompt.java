package dev.messplus.local.run;

/**
 * A prompt whose right answer is known.
 *
 * @param id unique in the run
 * @param reference the right answer
 * @param metric what answers are scored with
 */
public record Prompt(String id, String text, String reference, String metric) {}
