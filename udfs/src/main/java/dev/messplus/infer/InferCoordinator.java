package dev.messplus.infer;

import dev.messplus.infer.device.CallsOnDevices;
import dev.messplus.infer.device.DeviceBoard;
import dev.messplus.infer.finish.CallFinisher;
import dev.messplus.infer.finish.CallsInFlight;
import dev.messplus.infer.finish.FinishCalls;
import dev.messplus.infer.finish.StayPaused;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationRequestHandler;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * What the subtasks of {@code infer} have in common in the JobManager: the {@link CallFinisher},
 * which is reached by Flink's REST API at {@code /jobs/:jobid/coordinators/infer}, and the {@link
 * DeviceBoard}, which the TaskManagers ask. It has no state that a restart needs. Only the
 * JobManager's main thread uses it.
 */
public final class InferCoordinator implements OperatorCoordinator, CoordinationRequestHandler {

    /** By which the REST API, and a savepoint, find the operator. */
    public static final String OPERATOR_UID = "infer";

    private final CallFinisher finisher;
    private final DeviceBoard devices = new DeviceBoard(System::nanoTime);

    /** Creates one in the JobManager. */
    record Provider(OperatorID getOperatorId) implements OperatorCoordinator.Provider {

        @Override
        public OperatorCoordinator create(Context context) {
            return new InferCoordinator(context);
        }
    }

    InferCoordinator(Context context) {
        finisher = new CallFinisher(context::currentParallelism);
    }

    @Override
    public CompletableFuture<CoordinationResponse> handleCoordinationRequest(
            CoordinationRequest request) {
        if (request instanceof CallsOnDevices calls) {
            return CompletableFuture.completedFuture(devices.report(calls));
        }
        if (request instanceof FinishCalls finish) {
            return finisher.finish(finish);
        }
        if (request instanceof StayPaused stay) {
            return CompletableFuture.completedFuture(finisher.stay(stay));
        }
        return CompletableFuture.failedFuture(
                new IllegalArgumentException("infer knows no request " + request));
    }

    @Override
    public void handleEventFromOperator(int subtask, int attemptNumber, OperatorEvent event) {
        if (event instanceof CallsInFlight of) {
            finisher.reported(subtask, of);
        }
    }

    @Override
    public void executionAttemptReady(int subtask, int attemptNumber, SubtaskGateway gateway) {
        finisher.ready(subtask, gateway);
    }

    @Override
    public void executionAttemptFailed(int subtask, int attemptNumber, Throwable reason) {
        finisher.failed(subtask);
        devices.clear();
    }

    @Override
    public void checkpointCoordinator(long checkpointId, CompletableFuture<byte[]> result) {
        result.complete(new byte[0]);
    }

    @Override
    public void resetToCheckpoint(long checkpointId, byte[] checkpointData) {}

    @Override
    public void notifyCheckpointComplete(long checkpointId) {}

    @Override
    public void subtaskReset(int subtask, long checkpointId) {}

    @Override
    public void start() {}

    @Override
    public void close() {}
}
