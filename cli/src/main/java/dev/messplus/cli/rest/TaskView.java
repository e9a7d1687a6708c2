package dev.messplus.cli.rest;

/**
 * A task of a job: operators that run as one.
 *
 * @param name of its first operator
 * @param busyMillis time that all its subtasks worked since they started; null if it is not known
 * @param backPressuredMillis time that they waited for those after them
 */
public record TaskView(String name, int subtasks, Double busyMillis, Double backPressuredMillis) {}
