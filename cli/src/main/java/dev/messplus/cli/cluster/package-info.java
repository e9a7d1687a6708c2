/**
 * A Flink cluster of several JVMs on this machine, with the class path of a stock Flink, for trials
 * and for tests that kill its processes. Takes {@link dev.messplus.cli.cluster.ClusterOptions},
 * starts the processes and replaces those that end.
 */
package dev.messplus.cli.cluster;
