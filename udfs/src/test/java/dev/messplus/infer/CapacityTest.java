package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.with;
import static dev.messplus.infer.StubbedZoo.NO_SCORES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.admission.limit.Share;
import dev.messplus.infer.config.CallLimits;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.testkit.LogCapture;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the operator holds, and which request is called next. */
@Timeout(120)
class CapacityTest {

    private static final CountDownLatch OPEN = new CountDownLatch(0);

    private final CountDownLatch gate = new CountDownLatch(1);
    private ModelServer slow;
    private ModelServer fast;

    @BeforeEach
    void start() throws Exception {
        slow = ModelServer.repeating(gate);
        fast = ModelServer.repeating(OPEN);
    }

    @AfterEach
    void stop() {
        gate.countDown();
        slow.close();
        fast.close();
    }

    @Test
    void requestsForOtherModelsPassThoseOfASlowOne() throws Exception {
        try (InferHarness harness = new InferHarness(factory(100, 0))) {
            harness.open();
            send(harness, "slow", "s1", "s2", "s3", "s4");
            send(harness, "fast", "f1", "f2", "f3");

            harness.await().until(() -> harness.answered().size() == 3);
            assertThat(harness.answered()).containsExactlyInAnyOrder("f1", "f2", "f3");
            await().until(() -> slow.inFlight.get() == 2);
            gate.countDown();
            harness.endInput();
            assertThat(harness.answered()).hasSize(7);
            assertThat(slow.mostInFlight).hasValue(2);
        }
    }

    /** A checkpoint never waits for a model, nor do requests for others: the source holds back. */
    @Test
    void requestsBeyondAllPlacesWaitWithoutBlockingTheTask() throws Exception {
        try (InferHarness harness = new InferHarness(factory(100, 0))) {
            harness.open();
            String[] ids = IntStream.range(0, 50).mapToObj(i -> "s" + i).toArray(String[]::new);
            send(harness, "slow", ids);
            harness.snapshot(1, 1);
            send(harness, "fast", "f1");
            harness.await().until(() -> harness.answered().contains("f1"));
            assertThat(slow.mostInFlight).hasValueLessThanOrEqualTo(2);

            gate.countDown();
            harness.endInput();

            assertThat(harness.answered()).hasSize(51).contains(ids);
            assertThat(slow.mostInFlight).hasValue(2);
        }
    }

    @Test
    void theJobsCallsAreDividedAmongSubtasks() throws Exception {
        InferOperatorFactory factory =
                new InferOperatorFactory(
                        List.of(endpoint("slow", slow.base(), 100)),
                        inference().maxInFlight(7).build(),
                        NO_SCORES);
        try (InferHarness harness = new InferHarness(factory, 2, 1)) {
            harness.open();
            send(harness, "slow", "1", "2", "3", "4", "5");
            await().until(() -> slow.inFlight.get() == 3);
            gate.countDown();
            harness.endInput();

            assertThat(harness.answered()).hasSize(5);
            assertThat(slow.mostInFlight).hasValue(3);
        }
        assertThat(new Share(0, 2).of(7)).isEqualTo(4);
        assertThat(new Share(1, 2).of(7)).isEqualTo(3);
        assertThat(new Share(1, 2).of(1)).isEqualTo(1);
    }

    @Test
    void aTaskManagerThatMayOpenTooFewFilesForItsCallsSaysSo() throws Exception {
        InferOperatorFactory factory =
                new InferOperatorFactory(
                        List.of(endpoint("slow", slow.base(), Integer.MAX_VALUE)),
                        inference().maxInFlight(Integer.MAX_VALUE).build(),
                        NO_SCORES);
        try (LogCapture log = LogCapture.of(CapacityCheck.class);
                InferHarness harness = new InferHarness(factory)) {
            harness.open();

            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .startsWith("inference.maxInFlight: ")
                    .contains("raise its limit (ulimit -n) to");
        }
    }

    /** Before its call, so that the time of the call does not run. */
    @Test
    void aRequestWaitsForTheRateLimitOfItsModel() throws Exception {
        gate.countDown();
        CallLimits limits = new CallLimits(50, 20, 0);
        InferOperatorFactory factory =
                new InferOperatorFactory(
                        List.of(
                                endpoint("slow", slow.base()).limits(limits).build(),
                                endpoint("fast", fast.base(), 50)),
                        inference().requestTimeoutMillis(1_000).build(),
                        NO_SCORES);
        try (InferHarness harness = new InferHarness(factory)) {
            harness.open();
            for (int i = 0; i < 40; i++) {
                harness.processElement(exploit("" + i, "slow"), 1);
            }
            harness.endInput();

            assertThat(harness.extractOutputValues())
                    .hasSize(40)
                    .extracting(outcome -> outcome.response().model())
                    .containsOnly("slow");
        }
    }

    @Test
    void bytesBoundWhatIsHeld() throws Exception {
        String text = "x".repeat(1_000_000);
        // Room for one: three megabytes, the text, the messages and the body of the call.
        try (InferHarness harness = new InferHarness(factory(100, 5_000_000))) {
            harness.open();
            harness.processElement(large("s1", text), 1);
            await().until(() -> slow.inFlight.get() == 1);
            openGateOnceCalled(1);

            harness.processElement(large("s2", text), 1);

            assertThat(harness.extractOutputValues()).hasSize(1);
            harness.endInput();
            assertThat(slow.mostInFlight).hasValue(1);
        }
    }

    @Test
    void aRequestLargerThanTheBudgetIsCalledAlone() throws Exception {
        try (InferHarness harness = new InferHarness(factory(100, 1 << 20))) {
            harness.open();
            openGateOnceCalled(1);
            for (int i = 0; i < 5; i++) {
                harness.processElement(large("s" + i, "é€".repeat(1_000_000)), 1);

                assertThat(harness.extractOutputValues()).hasSize(i);
            }
            harness.endInput();

            assertThat(harness.answered()).hasSize(5);
            assertThat(slow.mostInFlight).hasValue(1);
        }
    }

    @Test
    void watermarksPassRequestsInFlight() throws Exception {
        try (InferHarness harness = new InferHarness(factory(100, 0))) {
            harness.open();
            send(harness, "slow", "s1");
            harness.processWatermark(7);

            assertThat(harness.getOutput()).contains(new Watermark(7));
        }
    }

    @Test
    void aScaledInJobCallsWhatItRestoredWithinItsBudgets() throws Exception {
        OperatorSubtaskState before;
        try (InferHarness first = new InferHarness(factory(100, 0), 2, 0);
                InferHarness second = new InferHarness(factory(100, 0), 2, 1)) {
            first.open();
            second.open();
            // One is called, and one waits.
            send(first, "slow", "s1", "s2");
            send(second, "slow", "s3", "s4");
            await().until(() -> slow.inFlight.get() == 2);
            before =
                    AbstractStreamOperatorTestHarness.repackageState(
                            first.snapshot(1, 1), second.snapshot(1, 1));
        }
        await().until(() -> slow.calls.get() == 2);
        OperatorSubtaskState after =
                AbstractStreamOperatorTestHarness.repartitionOperatorState(before, 128, 2, 1, 0);
        try (InferHarness only = new InferHarness(factory(100, 0))) {
            only.initializeState(after);
            only.open();
            only.runMails();
            await().until(() -> slow.calls.get() == 4);
            gate.countDown();
            only.endInput();

            assertThat(only.answered()).containsExactlyInAnyOrder("s1", "s2", "s3", "s4");
            assertThat(slow.calls).hasValue(6);
            // The server does not notice that the first two were given up.
            assertThat(slow.mostInFlight).hasValue(4);
        }
    }

    @Test
    void answeredRequestsAreNotKeptUntilTheNextCheckpoint() throws Exception {
        OperatorSubtaskState snapshot;
        try (InferHarness harness = new InferHarness(factory(100, 0))) {
            harness.open();
            send(harness, "slow", "s1");
            snapshot = harness.snapshot(1, 1);
            gate.countDown();
            harness.await().until(() -> harness.answered().size() == 1);

            assertThat(restored(harness.snapshot(2, 2))).isEmpty();
            assertThat(restored(snapshot)).containsExactly("s1");
        }
    }

    /** 1,000 calls at once, over as many connections, by a handful of threads. */
    @Test
    void thousandsOfCallsAreInFlightAtOnce() throws Exception {
        int calls = 1_000;
        InferOperatorFactory factory =
                new InferOperatorFactory(
                        List.of(endpoint("slow", slow.base(), calls)),
                        inference()
                                .maxInFlight(calls)
                                .connectTimeoutMillis(100_000)
                                .requestTimeoutMillis(100_000)
                                .build(),
                        NO_SCORES);
        try (InferHarness harness = new InferHarness(factory)) {
            harness.open();
            for (int i = 0; i < calls; i++) {
                send(harness, "slow", "" + i);
            }
            await().atMost(90, TimeUnit.SECONDS).until(() -> slow.inFlight.get() == calls);
            long clientThreads =
                    Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().startsWith("infer-http-slow-"))
                            .count();
            gate.countDown();
            harness.endInput();

            assertThat(harness.answered()).hasSize(calls);
            assertThat(slow.calls).hasValue(calls);
            assertThat(clientThreads)
                    .isBetween(1L, (long) Math.max(4, Runtime.getRuntime().availableProcessors()));
        }
    }

    private List<String> restored(OperatorSubtaskState snapshot) throws Exception {
        try (InferHarness harness = new InferHarness(factory(100, 0))) {
            harness.initializeState(snapshot);
            harness.open();
            harness.endInput();
            return harness.answered();
        }
    }

    /** Models slow and fast, of which each may be called twice at a time. */
    private InferOperatorFactory factory(int maxInFlight, long maxInFlightBytes) {
        return new InferOperatorFactory(
                List.of(endpoint("slow", slow.base(), 2), endpoint("fast", fast.base(), 2)),
                inference().maxInFlight(maxInFlight).maxInFlightBytes(maxInFlightBytes).build(),
                NO_SCORES);
    }

    private static void send(InferHarness harness, String model, String... ids) throws Exception {
        for (String id : ids) {
            harness.processElement(exploit(id, model), 1);
        }
    }

    private static RoutedRequest large(String id, String text) {
        RoutedRequest routed = exploit(id, "slow");
        String messages = "[{\"role\":\"user\",\"content\":\"hi " + text + "\"}]";
        return with(
                routed,
                PromptRequestBuilder.builder(routed.request())
                        .text(text)
                        .messages(messages)
                        .build());
    }

    /** Operators block the thread of the test. */
    private void openGateOnceCalled(int times) {
        Thread opener =
                new Thread(
                        () -> {
                            await().until(() -> slow.inFlight.get() == times);
                            gate.countDown();
                        });
        opener.setDaemon(true);
        opener.start();
    }
}
