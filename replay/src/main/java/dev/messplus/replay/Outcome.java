package dev.messplus.replay;

/**
 * A row of a table of recorded outcomes: a prompt, and what every model made of it.
 *
 * @param id of the prompt; several rows may share one
 * @param text the prompt
 * @param kind the benchmark that it is from
 * @param scores accuracy of each model's answer, in [0, 1], in the order of the zoo
 * @param joules energy of each model's answer, at least 0, in the order of the zoo
 */
record Outcome(String id, String text, String kind, double[] scores, double[] joules) {}
