/**
 * Replays simulated traces that have the mean scores and energies of the MESS+ poster, and prints
 * the results beside the published ones.
 */
package dev.messplus.replay.poster;
