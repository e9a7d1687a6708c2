/**
 * Recorded outcomes: reads a table of prompts with the score and the energy of every model's
 * answer, computes and caches the prompts' features, and puts the requests in an order. What comes
 * out is {@link dev.messplus.replay.outcome.Traffic}.
 */
package dev.messplus.replay.outcome;
