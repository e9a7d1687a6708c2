package dev.messplus.infer.finish;

import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * Begin the calls of no more requests, and have snapshots wait for those in flight. A new request
 * replaces the last one. It is answered once all subtasks have it in their mailboxes.
 *
 * @param waitMillis for how long snapshots wait, in milliseconds from now; 0 for not at all
 * @param pauseMillis for how long no call begins, in milliseconds from now; 0 to go on at once.
 *     {@link StayPaused} makes it longer
 */
public record FinishCalls(long waitMillis, long pauseMillis)
        implements CoordinationRequest, OperatorEvent {

    /** Calls begin as ever. */
    public static final FinishCalls RESUME = new FinishCalls(0, 0);

    /** A subtask that has ended begins no call. */
    @Override
    public boolean isLossTolerant() {
        return true;
    }
}
