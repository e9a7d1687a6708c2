package dev.messplus.infer.finish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.messages.Acknowledge;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator.SubtaskGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.junit.jupiter.api.Test;

class CallFinisherTest {

    private static final FinishCalls REQUEST = new FinishCalls(1_000, 2_000);

    private final CallFinisher finisher = new CallFinisher();

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
        Subtask first = ready(0);
        Subtask second = ready(1);
        var answer = finisher.handleCoordinationRequest(REQUEST);
        first.delivered.complete(Acknowledge.get());
        assertThat(answer).isNotDone();
        second.delivered.complete(Acknowledge.get());
        assertThat(answer).isCompletedWithValue(new CallsInFlight(0));
        assertThat(second.sent).containsExactly(REQUEST);
    }

    /** Flink keeps events back while a subtask waits to take its snapshot. */
    @Test
    void whoRenewsAPauseDoesNotWait() {
        Subtask waits = ready(0);
        assertThat(ask(new StayPaused(5))).isZero();
        assertThat(waits.sent).containsExactly(new StayPaused(5));
    }

    @Test
    void callsOfAllSubtasksAreAddedUp() {
        ready(0);
        ready(1);
        finisher.handleEventFromOperator(0, 0, new CallsInFlight(3));
        finisher.handleEventFromOperator(1, 0, new CallsInFlight(4));
        finisher.handleEventFromOperator(0, 0, new CallsInFlight(1));
        assertThat(ask(new StayPaused(5))).isEqualTo(5);
    }

    @Test
    void anAttemptThatFailedIsForgotten() {
        Subtask failed = ready(0);
        finisher.handleEventFromOperator(0, 0, new CallsInFlight(3));
        finisher.executionAttemptFailed(0, 0, null);
        assertThat(ask(REQUEST)).isZero();
        assertThat(failed.sent).isEmpty();
    }

    @Test
    void anUnknownRequestIsRefused() {
        CoordinationRequest unknown = new CoordinationRequest() {};
        assertThatThrownBy(() -> finisher.handleCoordinationRequest(unknown).join())
                .hasMessageContaining("infer knows no request");
    }

    private Subtask ready(int subtask) {
        Subtask gateway = new Subtask();
        finisher.executionAttemptReady(subtask, 0, gateway);
        return gateway;
    }

    private int ask(CoordinationRequest request) {
        return ((CallsInFlight) finisher.handleCoordinationRequest(request).join()).requests();
    }
}
