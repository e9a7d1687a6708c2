/**
 * Asks the models: an asynchronous operator between routing and the topics.
 *
 * <p>The operator of {@link dev.messplus.infer.InferOperatorFactory} takes routed requests and
 * emits one {@link dev.messplus.record.InferenceOutcome} for each, whatever the model servers do.
 * The way of a request to the socket and back:
 *
 * <pre>
 *   InferOperator      the border to Flink: input, output, state, time          | task
 *     Admission          which request is called next, and by which model;      |
 *                        bytes, places, rates, circuit breakers                 |
 *     Rounds             the calls of one request, one after the other          |
 *       ModelCall          one call of one model, over all its attempts,        | infer-send
 *                          with one Permit; a late one may have a hedge         |
 *         Attempt            one HTTP exchange, metered                         |
 *           ChatClient         JSON, connections                                |
 *
 *           ChatClient         a Completion, or what an error means             | infer-http
 *         Attempt            the breaker and the meter learn how it ended       |
 *       ModelCall          another attempt, or an Answer; the Permit goes back  |
 *     Rounds             the score, the energy; the next model, or the outcome  | or infer-score
 *   InferOperator      emits it                                                 | task
 * </pre>
 *
 * <ul>
 *   <li>{@code admission}: what waits, and the places at each model
 *   <li>{@code call}: a call and its attempts: retries, hedges, who is to blame
 *   <li>{@code openai}: the client of a server
 *   <li>{@code charge}: what a call took, at once or corrected later
 *   <li>{@code device}: the calls of other TaskManagers on the same devices
 *   <li>{@code deadline}: the one keeper of deadlines
 *   <li>{@code config}: what the job sets
 * </ul>
 *
 * <p>{@code Scoring} scores answers before they are served, and {@code Outcomes} decides which one
 * is served and makes the records.
 *
 * <p>No thread waits for a server, except for the resolution of host names, which delays only the
 * calls of that model. The task's thread waits, and handles its mail, only while no more bytes may
 * be held.
 */
package dev.messplus.infer;
