package dev.messplus.route;

/**
 * A subtask of the routing emits this once its requests have ended and none waits for a label, and
 * again after a failover.
 *
 * @param subtask index of the subtask
 * @param subtasks number of subtasks
 */
public record Drained(int subtask, int subtasks) {}
