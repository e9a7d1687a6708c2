package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.infer.StubbedZoo.NO_SCORES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.finish.FinishCalls;
import dev.messplus.infer.finish.StayPaused;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a subtask does before a stop that finishes the calls in flight. */
@Timeout(120)
class FinishCallsTest {

    private static final long FOREVER_MILLIS = TimeUnit.HOURS.toMillis(1);

    /** Long enough for a call that must not begin to arrive. */
    private static final long A_WHILE_MILLIS = 300;

    private final CountDownLatch gate = new CountDownLatch(1);
    private ModelServer server;
    private InferHarness harness;

    @BeforeEach
    void open() throws Exception {
        server = ModelServer.repeating(gate);
        harness = harness(inference(30_000));
    }

    private InferHarness harness(InferenceConfig config) throws Exception {
        InferHarness opened =
                new InferHarness(
                        new InferOperatorFactory(
                                Fixtures.zoo(server.base()).subList(0, 1), config, NO_SCORES));
        opened.open();
        return opened;
    }

    @AfterEach
    void close() {
        harness.close();
        server.close();
    }

    @Test
    void aSnapshotWaitsForTheCallsInFlightAndHoldsTheOthers() throws Exception {
        call("begun");
        ask(new FinishCalls(FOREVER_MILLIS, FOREVER_MILLIS));
        harness.processElement(exploit("read later", "a"), 1);
        openTheGateIn(A_WHILE_MILLIS);
        OperatorSubtaskState snapshot = snapshot();

        assertThat(harness.answered()).containsExactly("begun");
        assertThat(server.calls).hasValue(1);
        assertThat(answeredAfterRestore(snapshot)).isEqualTo("hi read later");
        assertThat(server.calls).hasValue(2);
    }

    /** Those would be made again after the restore. */
    @Test
    void noCallBeginsAfterTheSnapshot() throws Exception {
        call("begun");
        harness.processElement(exploit("read later", "a"), 1);
        gate.countDown();
        harness.await().until(() -> harness.answered().size() == 2);
        ask(new FinishCalls(FOREVER_MILLIS, FOREVER_MILLIS));
        snapshot();
        harness.processElement(exploit("after", "a"), 1);
        Thread.sleep(A_WHILE_MILLIS);
        harness.runMails();
        assertThat(server.calls).hasValue(2);
    }

    @Test
    void aSnapshotWaitsNoLongerThanItMay() throws Exception {
        call("hangs");
        ask(new FinishCalls(A_WHILE_MILLIS, FOREVER_MILLIS));
        OperatorSubtaskState snapshot = snapshot();
        assertThat(harness.extractOutputValues()).isEmpty();
        gate.countDown();
        assertThat(answeredAfterRestore(snapshot)).isEqualTo("hi hangs");
    }

    @Test
    void withoutARequestASnapshotWaitsForNothing() throws Exception {
        call("begun");
        snapshot();
        assertThat(harness.extractOutputValues()).isEmpty();
    }

    /** Whoever asked for it has died. */
    @Test
    void callsBeginAgainByThemselves() throws Exception {
        gate.countDown();
        ask(new FinishCalls(0, A_WHILE_MILLIS));
        harness.processElement(exploit("1", "a"), 1);
        assertThat(server.calls).hasValue(0);
        harness.await().until(() -> harness.answered().size() == 1);
    }

    @Test
    void aPauseThatIsRenewedStays() throws Exception {
        gate.countDown();
        ask(new FinishCalls(0, A_WHILE_MILLIS));
        ask(new StayPaused(FOREVER_MILLIS));
        harness.processElement(exploit("1", "a"), 1);
        Thread.sleep(2 * A_WHILE_MILLIS);
        harness.runMails();
        assertThat(server.calls).hasValue(0);

        ask(FinishCalls.RESUME);
        harness.await().until(() -> harness.answered().size() == 1);
    }

    /** It came late: nobody waits for this job any more. */
    @Test
    void nothingIsRenewedThatIsOver() throws Exception {
        gate.countDown();
        ask(new StayPaused(FOREVER_MILLIS));
        harness.processElement(exploit("1", "a"), 1);
        harness.await().until(() -> harness.answered().size() == 1);
    }

    /** It could not be read before the calls end, and the barrier is behind it. */
    @Test
    void aRequestThatFindsNoBytesIsReadWhileCallsPause() throws Exception {
        harness.close();
        harness = harness(inference().maxInFlightBytes(1).build());
        call("has all bytes");
        ask(new FinishCalls(FOREVER_MILLIS, FOREVER_MILLIS));
        harness.processElement(exploit("2", "a"), 1);
        gate.countDown();
        snapshot();
        assertThat(harness.answered()).containsExactly("has all bytes");
    }

    private void call(String id) throws Exception {
        harness.processElement(exploit(id, "a"), 1);
        harness.await().until(() -> server.calls.get() == 1);
    }

    private void ask(OperatorEvent request) throws Exception {
        ((InferOperator) harness.getOperator()).handleOperatorEvent(request);
        harness.runMails();
    }

    private OperatorSubtaskState snapshot() throws Exception {
        harness.prepareSnapshotPreBarrier(1);
        return harness.snapshot(1, 1);
    }

    private void openTheGateIn(long millis) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(gate::countDown);
    }

    private String answeredAfterRestore(OperatorSubtaskState snapshot) throws Exception {
        try (InferHarness restored =
                new InferHarness(
                        new InferOperatorFactory(
                                Fixtures.zoo(server.base()).subList(0, 1),
                                inference(30_000),
                                NO_SCORES))) {
            restored.initializeState(snapshot);
            restored.open();
            restored.endInput();
            assertThat(restored.extractOutputValues()).hasSize(1);
            return restored.extractOutputValues().get(0).response().output().text();
        }
    }
}
