/**
 * The job's ends on Kafka: topics, sources, sinks and transactions. Reads requests and feedback as
 * raw records; writes responses, measurements and dead letters.
 */
package dev.messplus.job.kafka;
