package dev.messplus.replay.outcome;

/**
 * A row of a table of recorded outcomes: a prompt and the answer of every model.
 *
 * @param id of the prompt; rows may share an id
 * @param text the prompt
 * @param kind the benchmark that the prompt comes from
 * @param answers of the models, in the order of the zoo
 */
public record Outcome(String id, String text, String kind, ZooAnswers answers) {}
