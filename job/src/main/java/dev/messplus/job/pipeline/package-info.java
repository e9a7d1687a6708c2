/**
 * The graph of the job. Requests and feedback flow in from the sources of {@link
 * dev.messplus.job.pipeline.Connectors}; responses, measurements and dead letters flow out to its
 * sinks. {@link dev.messplus.job.pipeline.Operator} lists the operators between them.
 */
package dev.messplus.job.pipeline;
