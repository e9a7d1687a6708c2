/**
 * Checkpoints and savepoints on disk: what they contain, and which of them a job can start from.
 * Takes the folder of one, or one with all of them, and returns its metadata or its path.
 */
package dev.messplus.job.restore;
