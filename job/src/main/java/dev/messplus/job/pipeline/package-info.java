/**
 * The job's graph, the same for a cluster, the embedded default and every test. Requests and
 * feedback flow in from its {@link dev.messplus.job.pipeline.Ends}; responses, measurements and
 * dead letters flow out to them.
 */
package dev.messplus.job.pipeline;
