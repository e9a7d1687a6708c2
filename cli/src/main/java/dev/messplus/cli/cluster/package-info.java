/**
 * A Flink cluster of several JVMs on this machine, with the class path of a stock one: for trials,
 * and for tests that kill its processes.
 */
package dev.messplus.cli.cluster;
