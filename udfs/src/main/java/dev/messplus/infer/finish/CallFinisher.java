package dev.messplus.infer.finish;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.messages.Acknowledge;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationRequestHandler;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.TaskNotRunningException;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.concurrent.FutureUtils;

/**
 * Has all subtasks of {@code infer} {@link FinishCalls finish their calls}. It is reached by
 * Flink's REST API, at {@code /jobs/:jobid/coordinators/infer}, and has no state: a restarted task
 * begins calls as ever. Only the JobManager's main thread uses it.
 */
public final class CallFinisher implements OperatorCoordinator, CoordinationRequestHandler {

    /** By which the REST API, and a savepoint, find the operator. */
    public static final String OPERATOR_UID = "infer";

    private final Map<Integer, SubtaskGateway> subtasks = new TreeMap<>();
    private final Map<Integer, CallsInFlight> inFlight = new TreeMap<>();
    private final Context context;

    /** Creates one in the JobManager. */
    public record Provider(OperatorID getOperatorId) implements OperatorCoordinator.Provider {

        @Override
        public OperatorCoordinator create(Context context) {
            return new CallFinisher(context);
        }
    }

    CallFinisher(Context context) {
        this.context = context;
    }

    @Override
    public CompletableFuture<CoordinationResponse> handleCoordinationRequest(
            CoordinationRequest request) {
        if (request instanceof FinishCalls finish) {
            if (subtasks.size() < context.currentParallelism()) {
                return CompletableFuture.failedFuture(
                        new IllegalStateException(
                                "%d of %d subtasks of infer are running"
                                        .formatted(subtasks.size(), context.currentParallelism())));
            }
            inFlight.clear();
            return send(finish).thenApply(received -> requestsInFlight());
        }
        if (request instanceof StayPaused stay) {
            var unused = send(stay);
            return CompletableFuture.completedFuture(requestsInFlight());
        }
        return CompletableFuture.failedFuture(
                new IllegalArgumentException("infer knows no request " + request));
    }

    /** Completes once all subtasks that have not ended have an event in their mailboxes. */
    private CompletableFuture<Void> send(OperatorEvent event) {
        return FutureUtils.completeAll(
                subtasks.values().stream().map(subtask -> send(event, subtask)).toList());
    }

    private static CompletableFuture<?> send(OperatorEvent event, SubtaskGateway subtask) {
        return subtask.sendEvent(event)
                .exceptionally(
                        failure -> {
                            if (ExceptionUtils.findThrowable(failure, TaskNotRunningException.class)
                                    .isPresent()) {
                                return Acknowledge.get();
                            }
                            throw new CompletionException(failure);
                        });
    }

    private CoordinationResponse requestsInFlight() {
        Collection<CallsInFlight> all = inFlight.values();
        return new CallsInFlight(
                        all.stream().mapToInt(CallsInFlight::requests).sum(),
                        all.stream().mapToInt(CallsInFlight::cutOff).sum())
                .toResponse();
    }

    @Override
    public void handleEventFromOperator(int subtask, int attemptNumber, OperatorEvent event) {
        if (event instanceof CallsInFlight of) {
            inFlight.put(subtask, of);
        }
    }

    @Override
    public void executionAttemptReady(int subtask, int attemptNumber, SubtaskGateway gateway) {
        subtasks.put(subtask, gateway);
    }

    @Override
    public void executionAttemptFailed(int subtask, int attemptNumber, Throwable reason) {
        subtasks.remove(subtask);
        inFlight.remove(subtask);
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
