/**
 * How calls end before a stop, so that none is made again.
 *
 * <pre>
 *   mess stop --finish-calls ──FinishCalls, then StayPaused─▶ CallFinisher ──▶ subtasks of infer
 *                            ◀──────────CallsInFlight──────── (JobManager) ◀── (CallPause)
 * </pre>
 *
 * <p>From then on a subtask begins no call, and its next snapshot waits for the calls in flight.
 * Requests that wait for a call are part of the snapshot, and are called after the restore.
 */
package dev.messplus.infer.finish;
