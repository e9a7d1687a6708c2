/**
 * The names of all metrics of the job, and what they mean; the operators register them by these.
 */
package dev.messplus.metrics;
