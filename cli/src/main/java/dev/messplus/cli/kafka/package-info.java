/**
 * The Kafka of a running job, as commands use it: reads topics to their end without a consumer
 * group, and sends records. Every wait is bounded, and errors say what to do.
 */
package dev.messplus.cli.kafka;
