/**
 * The entry point on a cluster. Takes the configuration and options of a submission, prepares
 * topics and the environment, and starts the pipeline between its Kafka ends.
 */
package dev.messplus.job;
