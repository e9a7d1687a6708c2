/**
 * Scores of an answer against its references, in [0, 1]: BLEU, ROUGE, exact match, token F1 and
 * multiple choice. Takes texts; gives a number.
 */
package dev.messplus.scoring;
