package dev.messplus.route.runs;

/**
 * A start of the job's tasks: the first one, or one after a failure, a cancellation or a savepoint.
 *
 * @param run identifies it, in measurements as well
 * @param checkpoint number of the checkpoint or savepoint that it was restored from, 0 for none
 */
public record JobRun(String run, long checkpoint) {}
