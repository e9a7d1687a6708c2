package dev.messplus.infer.finish;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntSupplier;
import org.apache.flink.runtime.messages.Acknowledge;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator.SubtaskGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.TaskNotRunningException;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.concurrent.FutureUtils;

/**
 * Has all subtasks of {@code infer} {@link FinishCalls finish their calls}. It has no state: a
 * restarted task begins calls as ever. Only the JobManager's main thread uses it.
 */
public final class CallFinisher {

    private final Map<Integer, SubtaskGateway> subtasks = new TreeMap<>();
    private final Map<Integer, CallsInFlight> inFlight = new TreeMap<>();
    private final IntSupplier parallelism;

    /**
     * A finisher that knows no subtask.
     *
     * @param parallelism how many subtasks there are to be
     */
    public CallFinisher(IntSupplier parallelism) {
        this.parallelism = parallelism;
    }

    /**
     * Sends a request to all subtasks.
     *
     * @return completes once they have it, with their {@link CallsInFlight}
     */
    public CompletableFuture<CoordinationResponse> finish(FinishCalls request) {
        int expected = parallelism.getAsInt();
        if (subtasks.size() < expected) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException(
                            "%d of %d subtasks of infer are running"
                                    .formatted(subtasks.size(), expected)));
        }
        inFlight.clear();
        return send(request).thenApply(received -> requestsInFlight());
    }

    /** Sends a request to all subtasks, and answers at once with their {@link CallsInFlight}. */
    public CoordinationResponse stay(StayPaused request) {
        var unused = send(request);
        return requestsInFlight();
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

    /** A subtask has reported. */
    public void reported(int subtask, CallsInFlight of) {
        inFlight.put(subtask, of);
    }

    /** A subtask runs. */
    public void ready(int subtask, SubtaskGateway gateway) {
        subtasks.put(subtask, gateway);
    }

    /** A subtask has failed. */
    public void failed(int subtask) {
        subtasks.remove(subtask);
        inFlight.remove(subtask);
    }
}
