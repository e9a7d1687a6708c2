/**
 * The job's ends on Kafka. Requests, feedback and measurements flow in as raw records; responses,
 * measurements and dead letters flow out as JSON.
 *
 * <pre>
 *   source   reads by credits, knows up to when labels were read, and ends a bounded run
 *   sink     writes by the chosen delivery guarantee, and checks what it requires
 *   admin    the topics, checked and created before the job starts
 *   lineage  what is reported of the topics to those who listen
 * </pre>
 */
package dev.messplus.job.kafka;
