package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.DECISION;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.with;
import static dev.messplus.infer.InferHarness.NOW_MILLIS;
import static dev.messplus.infer.StubbedZoo.NO_SCORES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.admission.ByteBudget;
import dev.messplus.infer.config.BacklogPolicy;
import dev.messplus.infer.config.BacklogPolicy.Order;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RecordHeader;
import dev.messplus.record.Response;
import dev.messplus.record.RoutedRequest;
import dev.messplus.sharing.SharedResources;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sender's time counts from when it sent the request; an SLA may shed its backlog. */
@Timeout(120)
class ExpiryTest {

    /** Requests that are called at a time. As many may wait. */
    private static final int CALLS = 3;

    private final CountDownLatch gate = new CountDownLatch(1);
    private ModelServer server;

    @BeforeEach
    void start() throws Exception {
        server = ModelServer.repeating(gate);
    }

    @AfterEach
    void stop() {
        gate.countDown();
        server.close();
    }

    @Test
    void aRequestWhoseTimeIsUpExpiresWithoutACall() throws Exception {
        try (InferHarness harness = harness(BacklogPolicy.DEFAULT)) {
            harness.processElement(sent("1", NOW_MILLIS - 7_000, 5_000), 1);

            InferenceOutcome outcome = harness.extractOutputValues().get(0);
            Response response = outcome.response();
            assertThat(response.status()).isEqualTo(Response.EXPIRED);
            assertThat(response.error())
                    .isEqualTo("expired before a call: sent 7000 ms ago, timeout_ms=5000");
            assertThat(response.model()).isEqualTo("a");
            assertThat(response.waitedMillis()).isEqualTo(7_000);
            assertThat(response.attempts()).isZero();
            assertThat(response.output().text()).isNull();
            assertThat(response.metadata()).isEqualTo("{\"tag\":1}");
            assertThat(response.decision().number()).isEqualTo(DECISION);
            assertThat(outcome.measurements())
                    .containsExactly(
                            MeasurementBuilder.builder()
                                    .requestId("1")
                                    .sla("gold")
                                    .model("a")
                                    .served(true)
                                    .error(response.error())
                                    .expired(true)
                                    .decision(DECISION)
                                    .build());
            assertThat(server.calls).hasValue(0);
        }
    }

    @Test
    void aRequestWithoutATimeoutNeverExpires() throws Exception {
        gate.countDown();
        try (InferHarness harness = harness(BacklogPolicy.DEFAULT)) {
            harness.processElement(sent("1", 1, 0), 1);
            harness.endInput();

            assertThat(statuses(harness)).containsExactly(Response.OK);
        }
    }

    @Test
    void aFastClockOfTheSenderGivesNoMoreTime() throws Exception {
        try (InferHarness harness = harness(BacklogPolicy.DEFAULT)) {
            occupy(harness);
            harness.processElement(sent("1", NOW_MILLIS + 1_000_000, 500), 1);
            harness.processElement(sent("2", 0, 500), 1);
            harness.setProcessingTime(NOW_MILLIS + 499);
            assertThat(harness.answered()).isEmpty();

            harness.setProcessingTime(NOW_MILLIS + 500);

            assertThat(harness.answered()).containsExactly("1", "2");
            assertThat(statuses(harness)).containsOnly(Response.EXPIRED);
        }
    }

    @Test
    void aRequestExpiresWhileItWaitsEvenIfNothingElseHappens() throws Exception {
        try (InferHarness harness = harness(BacklogPolicy.DEFAULT)) {
            occupy(harness);
            harness.processElement(sent("late", NOW_MILLIS, 3_000), 1);
            harness.processElement(sent("soon", NOW_MILLIS, 1_000), 1);

            harness.setProcessingTime(NOW_MILLIS + 1_000);
            assertThat(harness.answered()).containsExactly("soon");
            harness.setProcessingTime(NOW_MILLIS + 3_000);
            assertThat(harness.answered()).containsExactly("soon", "late");
        }
    }

    @Test
    void oneTimerIsForAllThatWait() throws Exception {
        try (InferHarness harness = harness(BacklogPolicy.DEFAULT)) {
            occupy(harness);
            for (int i = 1; i <= CALLS; i++) {
                harness.processElement(sent("" + i, NOW_MILLIS, 10_000 - i), 1);
            }
            assertThat(harness.getProcessingTimeService().getNumActiveTimers()).isOne();

            for (int i = CALLS; i >= 1; i--) {
                harness.setProcessingTime(NOW_MILLIS + 10_000 - i);
                assertThat(harness.answered()).hasSize(1 + CALLS - i);
            }
            assertThat(harness.getProcessingTimeService().getNumActiveTimers()).isZero();
        }
    }

    @Test
    void aRequestExpiresWhileItHasNoPlaceToWait() throws Exception {
        try (InferHarness harness = harness(BacklogPolicy.DEFAULT)) {
            occupy(harness);
            // As many wait as may.
            occupy(harness);
            expireLater(harness, 1_000);

            harness.processElement(sent("late", NOW_MILLIS, 1_000), 1);

            assertThat(harness.answered()).containsExactly("late");
            assertThat(statuses(harness)).containsExactly(Response.EXPIRED);
            gate.countDown();
            harness.endInput();
            assertThat(harness.answered()).hasSize(1 + 2 * CALLS);
            assertThat(server.calls).hasValue(2 * CALLS);
        }
    }

    @Test
    void aRequestExpiresWhileThereAreNoBytesForIt() throws Exception {
        long bytes = 3 * Footprint.of(sent("1", NOW_MILLIS, 0)) / 2;
        InferenceConfig config = inference().maxInFlightBytes(bytes).build();
        try (InferHarness harness = harness(server, config);
                SharedResources.Use<ByteBudget> budget = ByteBudget.ofJvm(bytes)) {
            harness.processElement(sent("1", NOW_MILLIS, 0), 1);
            expireLater(harness, 1_000);

            harness.processElement(sent("late", NOW_MILLIS, 1_000), 1);

            assertThat(harness.answered()).containsExactly("late");
            assertThat(statuses(harness)).containsExactly(Response.EXPIRED);
            gate.countDown();
            harness.processElement(sent("2", NOW_MILLIS, 0), 1);
            harness.endInput();
            assertThat(harness.answered()).containsExactly("late", "1", "2");
            assertThat(budget.get().used()).isZero();
        }
    }

    /** Its own time bounds the wait, and the job's timeout the call. */
    @Test
    void aRequestMayWaitLongerThanACallMayTake() throws Exception {
        try (InferHarness harness = harness(server, config(BacklogPolicy.DEFAULT, 200))) {
            occupy(harness);
            harness.processElement(sent("1", NOW_MILLIS, 60_000), 1);
            harness.setProcessingTime(NOW_MILLIS + 30_000);
            harness.await().until(() -> harness.answered().size() == CALLS + 1);

            assertThat(statuses(harness)).containsOnly(Response.FAILED);
            assertThat(server.calls).hasValue(CALLS + 1);
        }
    }

    @Test
    void theSendersTimeEndsACall() throws Exception {
        try (InferHarness harness = harness(BacklogPolicy.DEFAULT)) {
            harness.processElement(sent("1", NOW_MILLIS - 5_000, 5_200), 1);
            harness.await().until(() -> harness.answered().size() == 1);

            assertThat(statuses(harness)).containsExactly(Response.FAILED);
            assertThat(harness.extractOutputValues().get(0).response().latencyMillis())
                    .isBetween(150L, 10_000L);
        }
    }

    @Test
    void anSlaMayShedWhatIsTooOld() throws Exception {
        gate.countDown();
        try (InferHarness harness = harness(new BacklogPolicy(Order.OLDEST_FIRST, 2_000L, 1))) {
            harness.processElement(sent("old", NOW_MILLIS - 2_000, 0), 1);
            harness.processElement(sent("young", NOW_MILLIS - 1_999, 0), 1);
            harness.endInput();

            assertThat(harness.answered()).containsExactly("old", "young");
            assertThat(statuses(harness)).containsExactly(Response.EXPIRED, Response.OK);
            assertThat(harness.extractOutputValues().get(0).response().error())
                    .isEqualTo("expired before a call: sent 2000 ms ago, shedAfterMillis=2000");
        }
    }

    @Test
    void headersOfTheRequestAreThoseOfTheResponse() throws Exception {
        RecordHeader header = new RecordHeader("tenant", new byte[] {1});
        RoutedRequest routed = exploit("1", "a");
        gate.countDown();
        try (InferHarness harness = harness(BacklogPolicy.DEFAULT)) {
            harness.processElement(withHeaders(sent("late", 1, 1), header), 1);
            harness.processElement(withHeaders(routed, header), 1);
            harness.endInput();

            assertThat(harness.extractOutputValues())
                    .extracting(outcome -> outcome.response().headers().get(0).name())
                    .containsExactly("tenant", "tenant");
        }
    }

    /** Has requests called that are not answered, as many as may be. */
    private void occupy(InferHarness harness) throws Exception {
        for (int i = 0; i < CALLS; i++) {
            harness.processElement(sent("called " + i, NOW_MILLIS, 0), 1);
        }
    }

    /** Has time pass while the operator waits. */
    private static void expireLater(InferHarness harness, long millis) {
        harness.getTaskMailbox()
                .put(
                        new Mail(
                                () -> harness.setProcessingTime(NOW_MILLIS + millis),
                                TaskMailbox.MAX_PRIORITY,
                                "time passes"));
    }

    private InferHarness harness(BacklogPolicy policy) throws Exception {
        return harness(server, config(policy, 30_000));
    }

    private static InferenceConfig config(BacklogPolicy policy, long requestTimeoutMillis) {
        return inference()
                .maxInFlight(CALLS)
                .maxAttempts(1)
                .requestTimeoutMillis(requestTimeoutMillis)
                .backlogs(Map.of("gold", policy))
                .build();
    }

    /** An operator over one model. */
    private static InferHarness harness(ModelServer model, InferenceConfig config)
            throws Exception {
        InferHarness harness =
                new InferHarness(
                        new InferOperatorFactory(
                                List.of(endpoint("a", model.base(), CALLS)), config, NO_SCORES));
        harness.open();
        return harness;
    }

    private static List<String> statuses(InferHarness harness) {
        return harness.extractOutputValues().stream()
                .map(outcome -> outcome.response().status())
                .toList();
    }

    private static RoutedRequest sent(String id, long atMillis, long timeoutMillis) {
        RoutedRequest routed = exploit(id, "a");
        return with(
                routed,
                PromptRequestBuilder.builder(routed.request())
                        .sentAtMillis(atMillis)
                        .timeoutMillis(timeoutMillis)
                        .build());
    }

    private static RoutedRequest withHeaders(RoutedRequest routed, RecordHeader... headers) {
        return with(
                routed,
                PromptRequestBuilder.builder(routed.request()).headers(List.of(headers)).build());
    }
}
