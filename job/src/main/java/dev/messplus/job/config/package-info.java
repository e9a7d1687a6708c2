/**
 * The configuration of a job. {@link dev.messplus.job.config.ConfigLoader} takes mess.yaml and
 * environment variables, and gives a {@link dev.messplus.job.config.MessConfig} or all errors at
 * once, each with its path. There is one record for each section of the file; its name ends in
 * {@code Section} where the module that does the work has a {@code Config} of that name.
 */
package dev.messplus.job.config;
