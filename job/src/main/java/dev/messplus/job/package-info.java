/**
 * The entry point on a cluster. It takes the configuration and options of a submission, checks
 * topics and transactions, configures the environment, and starts the pipeline between its Kafka
 * connectors.
 */
package dev.messplus.job;
