/**
 * A run of {@code mess local}. Starts broker, cluster, job and zoo in this JVM, sends prompts to
 * the requests topic, reads the responses topic, and hands the answers to the report.
 */
package dev.messplus.local.run;
