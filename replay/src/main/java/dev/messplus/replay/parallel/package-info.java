/**
 * Runs independent tasks on all cores. Takes callables and returns their results in order; knows
 * nothing of what they do.
 */
package dev.messplus.replay.parallel;
