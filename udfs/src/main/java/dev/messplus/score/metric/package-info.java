/**
 * Scores an answer against the references of its request: texts in, a number in [0, 1] out. Metrics
 * are exact match, token F1, BLEU, ROUGE and multiple choice.
 */
package dev.messplus.score.metric;
