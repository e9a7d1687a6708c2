/**
 * Asks the models: an asynchronous operator between routing and the topics.
 *
 * <p>The operator of {@link dev.messplus.infer.InferOperatorFactory} takes routed requests and
 * emits one {@link dev.messplus.record.InferenceOutcome} for each, whatever the model servers do.
 * Its layers, from the outside in:
 *
 * <ul>
 *   <li>{@code InferOperator}: the border to Flink: input, output, state, time
 *   <li>{@code HeldRequests}: which requests are called now and which wait, by model ({@code
 *       ModelQueue}, {@code WaitingRoom}). {@code ByteBudget} bounds what all of them hold
 *   <li>{@code Inference}: which models of the ranking are asked, and when
 *   <li>{@code ModelZoo}: the models by id, each with its own threads and connections ({@code
 *       ModelConnections})
 *   <li>{@code ModelCaller}: the calls to one model
 *   <li>{@code ModelCall}: one call as a state machine, over all its attempts. {@code CallRetry}
 *       decides on retries, {@code CallDeadline} keeps the time, {@code CallAccount} adds up what
 *       the attempts cost. {@code ModelLatency} decides whether the server is to blame for no
 *       answer, and {@code ColdStart} which calls wait for a model that loads
 *   <li>{@code ModelGate}: permits calls, by circuit breaker ({@code ModelBreaker}), {@code
 *       RateLimiter} and bulkhead ({@code AsyncSemaphore})
 *   <li>{@code Hedge}: a second call when the first is late
 *   <li>{@code Exchange}: one attempt, metered, with its permit
 *   <li>{@code ChatClient}: the attempt over HTTP
 *   <li>{@code Scoring}: scores of answers, on their own threads
 *   <li>{@code Outcomes}: which answer is served, and the records made from it
 * </ul>
 *
 * <p>Nothing here blocks a thread, except the resolution of host names, which delays only the calls
 * to that model.
 */
package dev.messplus.infer;
