package dev.messplus.route;

/**
 * A start of the job's tasks: the first one, or one after a failure, a cancellation or a savepoint.
 *
 * @param run identifies it, in measurements as well
 * @param checkpoint number of the checkpoint or savepoint that it was restored from, 0 for none
 */
public record JobStart(String run, long checkpoint) {}
