/**
 * A call of a model: one permit, and attempts that follow each other until one ends in a
 * completion. An HTTP exchange is an attempt here; the meters of {@link dev.messplus.energy} and
 * the setting {@code callsPerSecond} count attempts.
 *
 * <p>{@code ModelCall} is the call as a state machine. An {@code Attempt} is one HTTP exchange,
 * metered; it ends in a {@code Completion} or in an {@code AttemptException}. {@code RetryPolicy}
 * decides whether another attempt follows one whose failure is retryable, {@code Hedge} sends a
 * second one beside a late one, and {@code ModelLatency} decides how long an answer is waited for
 * if another model may answer, and whether the server is to blame for none. The call ends in an
 * {@code Answer}, and gives its permit back.
 */
package dev.messplus.infer.call;
