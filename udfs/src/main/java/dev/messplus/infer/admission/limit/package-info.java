/**
 * How many calls at a time a server runs well, found while it is called: {@code LearnedLimit}.
 *
 * <p>Whatever a server says about its queue decides by {@code QueueRule}; if it says nothing,
 * {@code ThroughputSearch} tries by how much more calls at a time are answered faster.
 */
package dev.messplus.infer.admission.limit;
