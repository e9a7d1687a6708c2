/**
 * Kafka and Flink in this JVM, for {@code mess local}, the integration tests and the benchmarks.
 * Takes settings and a folder; gives addresses to connect to, and runs jobs.
 */
package dev.messplus.minicluster;
