package dev.messplus.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.infer.device.CallsElsewhere;
import dev.messplus.infer.device.CallsOnDevices;
import dev.messplus.infer.finish.CallsInFlight;
import dev.messplus.infer.finish.FinishCalls;
import dev.messplus.infer.finish.StayPaused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.messages.Acknowledge;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.MockOperatorCoordinatorContext;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator.SubtaskGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.TaskNotRunningException;
import org.junit.jupiter.api.Test;

class InferCoordinatorTest {

    private static final CallsInFlight NONE = new CallsInFlight(0, 0);
    private static final FinishCalls REQUEST = new FinishCalls(1_000, 2_000);

    private InferCoordinator coordinator = of(1);

    /** A subtask that receives an event when it is delivered. */
    private static final class Subtask implements SubtaskGateway {

        final List<OperatorEvent> sent = new ArrayList<>();
        final CompletableFuture<Acknowledge> delivered = new CompletableFuture<>();

        @Override
        public CompletableFuture<Acknowledge> sendEvent(OperatorEvent event) {
            sent.add(event);
            return delivered;
        }

        @Override
        public ExecutionAttemptID getExecution() {
            return ExecutionAttemptID.randomId();
        }

        @Override
        public int getSubtask() {
            return 0;
        }
    }

    @Test
    void anAnswerComesOnceAllSubtasksKnow() {
        coordinator = of(2);
        Subtask first = ready(0);
        Subtask second = ready(1);
        var answer = coordinator.handleCoordinationRequest(REQUEST);
        first.delivered.complete(Acknowledge.get());
        assertThat(answer).isNotDone();
        second.delivered.complete(Acknowledge.get());
        assertThat(answer).isCompleted();
        assertThat(second.sent).containsExactly(REQUEST);
    }

    /** Flink keeps events back while a subtask waits to take its snapshot. */
    @Test
    void whoRenewsAPauseDoesNotWait() {
        Subtask waits = ready(0);
        assertThat(ask(new StayPaused(5))).isEqualTo(NONE);
        assertThat(waits.sent).containsExactly(new StayPaused(5));
    }

    @Test
    void callsOfAllSubtasksAreAddedUp() {
        ready(0);
        ready(1);
        coordinator.handleEventFromOperator(0, 0, new CallsInFlight(3, 0));
        coordinator.handleEventFromOperator(1, 0, new CallsInFlight(4, 0));
        coordinator.handleEventFromOperator(0, 0, new CallsInFlight(1, 1));
        assertThat(ask(new StayPaused(5))).isEqualTo(new CallsInFlight(5, 1));
    }

    @Test
    void anAttemptThatFailedIsForgotten() {
        Subtask failed = ready(0);
        coordinator.handleEventFromOperator(0, 0, new CallsInFlight(3, 0));
        coordinator.executionAttemptFailed(0, 0, null);
        assertThat(ask(new StayPaused(5))).isEqualTo(NONE);
        assertThat(failed.sent).isEmpty();
    }

    /** Its calls would be cut off. */
    @Test
    void aJobThatIsStartingFinishesNothing() {
        coordinator = of(2);
        Subtask first = ready(0);
        assertThat(coordinator.handleCoordinationRequest(REQUEST)).isCompletedExceptionally();
        assertThat(first.sent).isEmpty();
    }

    /** In a bounded run. */
    @Test
    void aSubtaskThatHasEndedNeedsNoRequest() {
        Subtask ended = ready(0);
        ended.delivered.completeExceptionally(new TaskNotRunningException("ended"));
        assertThat(ask(REQUEST)).isEqualTo(NONE);
    }

    @Test
    void aFailureIsReported() {
        Subtask lost = ready(0);
        lost.delivered.completeExceptionally(new IllegalStateException("lost"));
        assertThatThrownBy(() -> ask(REQUEST)).hasMessageContaining("lost");
    }

    private static InferCoordinator of(int subtasks) {
        return new InferCoordinator(new MockOperatorCoordinatorContext(new OperatorID(), subtasks));
    }

    /** A JVM that is gone has nothing in flight any more; the others report again soon. */
    @Test
    void callsOnDevicesAreForgottenWithAFailedAttempt() throws Exception {
        CallsOnDevices here = new CallsOnDevices("here", Map.of("GPU-a", 1), 60_000);
        CallsOnDevices gone = new CallsOnDevices("gone", Map.of("GPU-a", 5), 60_000);
        var unused = coordinator.handleCoordinationRequest(gone).join();
        assertThat(elsewhere(here)).containsOnly(Map.entry("GPU-a", 5));
        coordinator.executionAttemptFailed(0, 0, null);
        assertThat(elsewhere(here)).isEmpty();
    }

    private Map<String, Integer> elsewhere(CallsOnDevices calls) throws IOException {
        return CallsElsewhere.of(coordinator.handleCoordinationRequest(calls).join()).inFlight();
    }

    @Test
    void anUnknownRequestIsRefused() {
        CoordinationRequest unknown = new CoordinationRequest() {};
        assertThatThrownBy(() -> coordinator.handleCoordinationRequest(unknown).join())
                .hasMessageContaining("infer knows no request");
    }

    private Subtask ready(int subtask) {
        Subtask gateway = new Subtask();
        coordinator.executionAttemptReady(subtask, 0, gateway);
        return gateway;
    }

    private CallsInFlight ask(CoordinationRequest request) {
        try {
            return CallsInFlight.of(coordinator.handleCoordinationRequest(request).join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
