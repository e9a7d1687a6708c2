/**
 * The configuration of a job. {@link dev.messplus.job.config.ConfigLoader} takes mess.yaml and
 * environment variables, and gives a {@link dev.messplus.job.config.MessConfig} or all errors at
 * once, each with its path. There is one record for each section of the file; its name ends in
 * {@code Section} where the module that does the work has a {@code Config} of that name. A setting
 * is a component of such a record, with a {@link dev.messplus.setting.Setting} that has its text,
 * default and range: the JSON schema, the errors, and the tables of docs/configuration.md follow.
 */
package dev.messplus.job.config;
