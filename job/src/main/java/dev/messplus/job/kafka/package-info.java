/**
 * The job's sources and sinks on Kafka, and the checks of topics and transactions before the job
 * starts. Requests, feedback and measurements flow in as raw records; responses, measurements and
 * dead letters flow out as JSON.
 */
package dev.messplus.job.kafka;
