/**
 * The configuration of a job. Takes mess.yaml and the environment's variables; gives typed
 * settings, or every error at once, each with its path.
 */
package dev.messplus.job.config;
