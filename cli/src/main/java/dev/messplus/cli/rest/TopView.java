package dev.messplus.cli.rest;

/**
 * A job as {@code mess top} shows it.
 *
 * @param job its state now
 * @param rates what it did of late
 */
public record TopView(JobView job, JobRates rates) {}
