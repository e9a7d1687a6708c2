/** The sinks of the job on Kafka, by the chosen delivery guarantee. */
package dev.messplus.job.kafka.sink;
