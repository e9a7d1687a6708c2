/**
 * The starts of the job, and what a failure undid. {@link dev.messplus.route.runs.JobRun} names the
 * start that a task belongs to, {@link dev.messplus.route.runs.MeasurementOperator} writes the name
 * into measurements, and by {@link dev.messplus.route.runs.RunHistory} the routing and the sharing
 * recognise those that were undone.
 */
package dev.messplus.route.runs;
