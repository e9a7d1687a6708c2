/** The metrics of a door. */
package dev.messplus.serve.metrics;
