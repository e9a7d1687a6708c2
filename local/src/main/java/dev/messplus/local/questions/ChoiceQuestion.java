package dev.messplus.local.questions;

/**
 * A multiple-choice question with its answer.
 *
 * @param prompt the question and its lettered options, one per line
 * @param reference the letter of the right option, A to H
 */
public record ChoiceQuestion(String prompt, String reference, Kind kind) {}
