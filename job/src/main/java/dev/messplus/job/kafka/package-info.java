/**
 * The job's ends on Kafka. Requests, feedback and measurements flow in as raw records; responses,
 * measurements and dead letters flow out as JSON.
 *
 * <pre>
 *   source   reads by credits, knows what is left, and ends a bounded run
 *   sink     writes by the chosen delivery guarantee
 *   admin    asks the brokers; checks topics and transactions before the job starts
 *   lineage  what is reported of the topics to those who listen
 * </pre>
 */
package dev.messplus.job.kafka;
