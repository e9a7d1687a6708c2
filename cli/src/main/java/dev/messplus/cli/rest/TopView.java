package dev.messplus.cli.rest;

/**
 * A job as {@code mess top} shows it.
 *
 * @param rates what it did recently
 */
public record TopView(JobView job, JobRates rates) {}
