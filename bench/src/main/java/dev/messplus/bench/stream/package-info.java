/**
 * The job under load, with broker, model server and Flink in processes of their own, and beside it
 * a job that routes nothing.
 */
package dev.messplus.bench.stream;
