/** Replays of random zoos on the prompts of a table. */
package dev.messplus.replay.zoos;
