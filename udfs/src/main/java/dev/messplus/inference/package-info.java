/**
 * Asks the models: one asynchronous operator between the routing and the topics.
 *
 * <p>{@link dev.messplus.inference.InferFunction} takes requests with the decisions taken for them
 * and gives back one {@link dev.messplus.record.InferenceOutcome} each, whatever the model servers
 * do. Under it, from the outside in:
 *
 * <ul>
 *   <li>{@code Inference}: which models of the ranking are asked, and when
 *   <li>{@code ModelZoo}: the models by id, and the threads and connections they share
 *   <li>{@code ModelCaller}: one model; calls in flight, attempts, pauses, the deadline
 *   <li>{@code ChatClient}: one HTTP exchange
 *   <li>{@code Outcomes}: which answer is served, and the records that come of it
 * </ul>
 *
 * <p>Nothing here blocks a thread but the resolution of host names.
 */
package dev.messplus.inference;
