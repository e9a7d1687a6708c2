package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.label;
import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.fixture.FeedbackFixtures.served;
import static dev.messplus.route.PendingRequests.EXPIRY_PAUSE_MILLIS;
import static dev.messplus.route.PendingRequests.MAX_EXPIRY_STEPS;
import static dev.messplus.route.RouteHarness.LARGE;
import static dev.messplus.route.RouteHarness.NOW;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.TIMEOUT;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploiting;
import static dev.messplus.route.RouteHarness.exploring;
import static dev.messplus.route.RouteHarness.onQAndDriftAlone;
import static dev.messplus.route.RouteHarness.plain;
import static dev.messplus.route.RouteHarness.routing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.messplus.core.MissingLabelPolicy;
import dev.messplus.metrics.JobMetric;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import dev.messplus.testkit.LogCapture;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of requests whose labels do not come in time. */
class RouteExpiryTest {

    private static final String GOLD = "gold";

    private RouteHarness routing;
    private long nowMillis = NOW;

    private void start(SlaRouting settings) throws Exception {
        routing = RouteHarness.start(config(settings, GOLD, "silver"));
    }

    @AfterEach
    void close() {
        routing.close();
    }

    @ParameterizedTest
    @CsvSource({"AS_PREDICTED, 0.09210340371976178", "AS_ZERO, 0.6", "IGNORED, 0"})
    void missingLabelCountsAsThePolicySays(MissingLabelPolicy expiry, double q) throws Exception {
        start(routing(plain(0.6).missingLabel(expiry), onQAndDriftAlone())); // predicts .508
        routing.request(GOLD, "a");
        routing.feedback(served(GOLD, "a", SMALL, 12));

        routing.feedbackUntil(NOW + TIMEOUT - 1);
        assertThat(routing.known(GOLD).pending()).containsOnlyKeys("a");

        routing.feedbackUntil(NOW + TIMEOUT);
        assertThat(routing.known(GOLD).sla().queue.q).isCloseTo(q, within(1e-12));
        assertThat(routing.known(GOLD).sla().expired).isOne();
        assertThat(routing.known(GOLD).sla().queue.labelled).isZero();
        assertNothingWaits();
    }

    @Test
    void silenceIsAnAlarmOnceAndTheNextLabelEndsIt() throws Exception {
        try (LogCapture log = LogCapture.of(LabelAlarm.class)) {
            start(exploiting());
            silence("a", 100);
            assertThat(log.messages()).isEmpty();
            silence("b", 2);
            assertThat(log.messages())
                    .singleElement(STRING)
                    .startsWith("slas.gold: no label came for 101 requests in a row.");
            silence("c", 200);
            assertThat(log.messages()).hasSize(1);

            routing.request(GOLD, "rated");
            routing.feedback(scored(GOLD, "rated", SMALL, 1, 12, true));
            assertThat(routing.metric("sla.gold.shard.0.unratedStreak")).isZero();
            silence("d", 101);
            assertThat(log.messages()).hasSize(2);
        }
    }

    /** Requests whose labels never come. */
    private void silence(String ids, int requests) throws Exception {
        for (int i = 0; i < requests; i++) {
            routing.request(GOLD, ids + i);
            nowMillis += TIMEOUT;
            routing.feedbackUntil(nowMillis);
            routing.setProcessingTime(nowMillis);
        }
    }

    @Test
    void labelAfterItsTimeChangesNothing() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        routing.feedbackUntil(NOW + TIMEOUT);
        routing.passTheTimeOfEarlyLabels();
        RouteHarness.Known before = routing.known(GOLD);

        routing.feedback(scored(GOLD, "a", SMALL, 1, 12, true));

        routing.known(GOLD).assertSameAs(before);
        assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isOne();
    }

    @Test
    void exploredRequestThatLacksOnlyACandidatesLabelIsNotCountedAsExpired() throws Exception {
        start(exploring());
        routing.request(GOLD, "a");
        routing.feedback(scored(GOLD, "a", LARGE, 1, 100, true));
        routing.feedbackUntil(NOW + TIMEOUT);

        assertThat(routing.known(GOLD).sla().expired).isZero();
        assertThat(routing.known(GOLD).sla().queue.labelled).isOne();
        assertNothingWaits();
    }

    /** The labels were read until an hour later than the clock of this TaskManager says. */
    @Test
    void aRequestThatIsDecidedWhereTheClockIsSlowExpiresNoEarlier() throws Exception {
        start(exploiting());
        long hourLater = NOW + 3_600_000;
        routing.feedbackUntil(hourLater);

        routing.request(GOLD, "a");
        routing.feedbackUntil(hourLater + TIMEOUT - 1);
        assertThat(routing.known(GOLD).pending()).containsOnlyKeys("a");

        routing.feedbackUntil(hourLater + TIMEOUT);
        assertNothingWaits();
    }

    @Test
    void requestsExpireInTheirOwnTimeWithOneTimerPerSla() throws Exception {
        start(exploiting());
        for (int i = 0; i < 10; i++) {
            routing.setProcessingTime(NOW + i * 1_000L);
            routing.request(GOLD, "g" + i);
            routing.request("silver", "s" + i);
        }
        assertThat(routing.numEventTimeTimers()).isEqualTo(2);
        routing.feedback(scored(GOLD, "g0", SMALL, 1, 12, true));
        routing.feedback(scored(GOLD, "g2", SMALL, 1, 12, true));
        assertThat(routing.numEventTimeTimers()).isEqualTo(2);

        routing.feedbackUntil(NOW + TIMEOUT + 4_999);

        assertThat(routing.known(GOLD).pending()).containsOnlyKeys("g5", "g6", "g7", "g8", "g9");
        assertThat(routing.known(GOLD).sla().expired).isEqualTo(3);
        assertThat(routing.known("silver").sla().expired).isEqualTo(5);
        assertThat(routing.numEventTimeTimers()).isEqualTo(2);
        assertThat(routing.known(GOLD).expiry().timerMillis).isEqualTo(NOW + TIMEOUT + 5_000);

        routing.feedbackUntil(NOW + TIMEOUT + 9_000);
        assertThat(routing.known("silver").sla().expired).isEqualTo(10);
        assertNothingWaits();
    }

    @Test
    void waitStartsAnewAfterAllWereGone() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        routing.feedback(scored(GOLD, "a", SMALL, 1, 12, true));
        routing.setProcessingTime(NOW + 5_000);
        routing.request(GOLD, "b");

        routing.feedbackUntil(NOW + TIMEOUT);
        assertThat(routing.known(GOLD).pending()).containsOnlyKeys("b");

        routing.feedbackUntil(NOW + TIMEOUT + 5_000);
        assertThat(routing.known(GOLD).sla().expired).isOne();
        assertNothingWaits();
    }

    @Test
    void requestsThatCameAndWentAreNotLookedForAgain() throws Exception {
        start(exploiting());
        for (int i = 0; i <= 10_000; i++) {
            routing.request(GOLD, "r" + i);
        }
        for (int i = 10_000; i >= 0; i--) {
            routing.feedback(scored(GOLD, "r" + i, SMALL, 1, 12, true));
        }
        routing.request(GOLD, "last");
        routing.feedbackUntil(NOW + TIMEOUT);
        assertThat(routing.known(GOLD).sla().expired).isOne();
    }

    @Test
    void onlyTheClockOfTheFeedbackCounts() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        routing.feedback(label(GOLD, "a", SMALL, 1));
        routing.setProcessingTime(NOW + 10 * TIMEOUT); // the job was down, the labels are read late
        routing.feedbackUntil(NOW + TIMEOUT - 1);
        routing.feedback(served(GOLD, "a", SMALL, 12));
        assertThat(routing.known(GOLD).sla().queue.labelled).isOne();
        assertNothingWaits();
    }

    @Test
    void floodOfExpiriesGoesOnInStepsBetweenWhichOtherWorkIsDone() throws Exception {
        start(exploiting());
        int requests = 2_500;
        for (int i = 0; i < requests; i++) {
            routing.request(GOLD, "r" + i);
        }
        routing.feedback(label(GOLD, "r2400", SMALL, 1));

        routing.feedbackUntil(NOW + TIMEOUT);
        assertThat(routing.known(GOLD).sla().expired).isEqualTo(MAX_EXPIRY_STEPS);
        routing.setProcessingTime(NOW + EXPIRY_PAUSE_MILLIS - 1);
        assertThat(routing.known(GOLD).sla().expired).isEqualTo(MAX_EXPIRY_STEPS);
        routing.feedback(served(GOLD, "r2400", SMALL, 12));
        routing.request(GOLD, "new");
        routing.setProcessingTime(NOW + EXPIRY_PAUSE_MILLIS);
        assertThat(routing.known(GOLD).sla().expired).isEqualTo(2L * MAX_EXPIRY_STEPS);
        routing.setProcessingTime(NOW + 2 * EXPIRY_PAUSE_MILLIS);
        // All but the one whose label had come.
        assertThat(routing.known(GOLD).sla().expired).isEqualTo(requests - 1);
        assertThat(routing.known(GOLD).pending()).containsOnlyKeys("new");
    }

    @Test
    void requestsThatAreNotUpKeepTheirTimerAfterAFlood() throws Exception {
        start(exploiting());
        for (int i = 0; i < MAX_EXPIRY_STEPS; i++) {
            routing.request(GOLD, "r" + i);
        }
        routing.setProcessingTime(NOW + 5_000);
        routing.request(GOLD, "later");

        routing.feedbackUntil(NOW + TIMEOUT);
        routing.setProcessingTime(NOW + 5_000 + EXPIRY_PAUSE_MILLIS);

        assertThat(routing.known(GOLD).pending()).containsOnlyKeys("later");
        assertThat(routing.known(GOLD).expiry().timerMillis).isEqualTo(NOW + TIMEOUT + 5_000);
        routing.feedbackUntil(NOW + TIMEOUT + 5_000);
        assertNothingWaits();
    }

    @Test
    void floodOfExpiriesGoesOnAfterARestore() throws Exception {
        start(exploiting());
        for (int i = 0; i < MAX_EXPIRY_STEPS + 1; i++) {
            routing.request(GOLD, "r" + i);
        }
        routing.feedbackUntil(NOW + TIMEOUT);
        OperatorSubtaskState snapshot = routing.snapshot();
        routing.close();

        routing = RouteHarness.restore(config(exploiting(), GOLD, "silver"), snapshot);
        routing.setProcessingTime(NOW + EXPIRY_PAUSE_MILLIS);
        assertThat(routing.known(GOLD).pending()).hasSize(1); // no watermark yet
        routing.feedbackUntil(NOW + TIMEOUT);
        assertThat(routing.known(GOLD).sla().expired).isEqualTo(MAX_EXPIRY_STEPS + 1);
        assertNothingWaits();
    }

    @Test
    void lastWatermarkExpiresAllThereIs() throws Exception {
        start(exploiting());
        for (int i = 0; i < MAX_EXPIRY_STEPS + 1; i++) {
            routing.request(GOLD, "r" + i);
        }
        routing.feedbackUntil(Watermark.MAX_WATERMARK.getTimestamp());
        assertThat(routing.known(GOLD).sla().expired).isEqualTo(MAX_EXPIRY_STEPS + 1);
        assertNothingWaits();
    }

    private void assertNothingWaits() throws Exception {
        RouteHarness.Known known = routing.known(GOLD);
        assertThat(known.pending()).isEmpty();
        assertThat(known.order()).isEmpty();
        assertThat(known.expiry().size).isZero();
        assertThat(known.sla().queue.inFlight).isZero();
        assertThat(routing.numEventTimeTimers()).isZero();
    }
}
