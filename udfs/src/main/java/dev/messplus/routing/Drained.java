package dev.messplus.routing;

/**
 * Said by a subtask of the routing once its requests have ended and none waits for a label any
 * more; said again after a failover.
 *
 * @param subtask index of the subtask
 * @param subtasks how many there are
 */
public record Drained(int subtask, int subtasks) {}
