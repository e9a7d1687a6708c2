/**
 * What the tests of several modules need: Kafka and Flink in one JVM, model servers and meters with
 * faults, processes that can be killed, and how long to wait. It knows nothing of the job, so that
 * the tests of every module can use it; what starts a job is with the tests of {@code job}.
 */
package dev.messplus.testkit;
