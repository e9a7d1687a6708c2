/**
 * How calls end before a stop, so that none is made again.
 *
 * <pre>
 *   mess stop --finish-calls ──FinishCalls, then StayPaused─▶ CallFinisher ──▶ subtasks of infer
 *                            ◀──────────CallsInFlight──────── (JobManager) ◀── (CallPause)
 * </pre>
 *
 * <p>From then on a subtask begins the calls of no more requests, and its next snapshot waits for
 * those in flight, with their retries. Requests that wait for a call are part of the snapshot, and
 * are called after the restore.
 */
package dev.messplus.infer.finish;
