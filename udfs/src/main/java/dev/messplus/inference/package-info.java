/**
 * Asks the models: one asynchronous operator between the routing and the topics.
 *
 * <p>{@link dev.messplus.inference.InferFunction} takes requests with the decisions taken for them
 * and gives back one {@link dev.messplus.record.InferenceOutcome} each, whatever the model servers
 * do. Under it, from the outside in:
 *
 * <ul>
 *   <li>{@code Inference}: which models of the ranking are asked, and when
 *   <li>{@code ModelZoo}: the models by id, each with threads and connections of its own
 *   <li>{@code ModelCaller}: one model; attempts, pauses, the deadline, what calls cost
 *   <li>{@code ModelGate}: who may call it: the circuit breaker, calls a second, calls at a time
 *   <li>{@code Hedge}: a second call when the first is late
 *   <li>{@code Exchange}: one call, on the meter and through the gate
 *   <li>{@code ChatClient}: the same over HTTP
 *   <li>{@code Scoring}: how good an answer is, on threads of its own
 *   <li>{@code Outcomes}: which answer is served, and the records that come of it
 * </ul>
 *
 * <p>Nothing here blocks a thread but the resolution of host names, which holds up the calls to
 * that model alone.
 */
package dev.messplus.inference;
