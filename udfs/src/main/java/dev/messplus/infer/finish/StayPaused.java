package dev.messplus.infer.finish;

import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * Whoever sent {@link FinishCalls} is still there, and the job has not stopped: begin no call for a
 * while longer. If nobody says so, calls begin again. It is answered at once: while a subtask waits
 * to take its snapshot, Flink delivers no events to it.
 *
 * @param pauseMillis for how long no call begins, in milliseconds from the receipt
 */
public record StayPaused(long pauseMillis) implements CoordinationRequest, OperatorEvent {

    /** A subtask that has ended begins no call. */
    @Override
    public boolean isLossTolerant() {
        return true;
    }
}
