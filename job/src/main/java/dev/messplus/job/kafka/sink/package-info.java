/** The sinks of the job on Kafka, and what their delivery guarantee requires of the brokers. */
package dev.messplus.job.kafka.sink;
