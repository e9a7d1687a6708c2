/**
 * Kafka and Flink inside this JVM, as {@code mess local} and the tests start them. Takes settings
 * and a folder; gives addresses to connect to.
 */
package dev.messplus.local.embedded;
