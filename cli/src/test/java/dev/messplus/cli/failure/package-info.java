/**
 * The failure suite: a job on a cluster of processes under load, while processes are killed one
 * after another. A producer and a consumer in processes of their own keep ledgers, from which lost
 * and repeated responses are counted; the state of the job is recomputed from its topics.
 */
package dev.messplus.cli.failure;
