package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.label;
import static dev.messplus.fixture.FeedbackFixtures.ofDecision;
import static dev.messplus.fixture.FeedbackFixtures.served;
import static dev.messplus.route.RouteHarness.LARGE;
import static dev.messplus.route.RouteHarness.NOW;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.metrics.JobMetric;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.RoutingConfig.JobSettings;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Labels that are read before their request, which is decided again after a failure. */
class RouteEarlyLabelTest {

    private static final String GOLD = "gold";
    private static final RoutingConfig CONFIG = config(exploiting(), GOLD);
    private static final long KEPT = EarlyLabels.MIN_MILLIS;

    private RouteHarness routing;

    @AfterEach
    void close() {
        routing.close();
    }

    @Test
    void labelCountsOnceItsRequestIsDecided() throws Exception {
        routing = RouteHarness.start(CONFIG);
        routing.feedback(label(GOLD, "a", SMALL, 0.25));
        routing.feedback(label(GOLD, "a", SMALL, 1)); // sent twice
        routing.feedback(label(GOLD, "b", LARGE, 1)); // of the model that it fell back on
        assertThat(routing.known(GOLD).early()).containsOnlyKeys("a", "b");

        answer("a", SMALL);
        answer("b", LARGE);

        RouteHarness.Known known = routing.known(GOLD);
        assertThat(known.sla().queue.scoreSum).isEqualTo(1.25);
        assertThat(known.pending()).isEmpty();
        assertThat(known.early()).isEmpty();
        assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isZero();
    }

    private void answer(String id, String model) throws Exception {
        long decision = routing.request(GOLD, id).decision();
        routing.feedback(routing.writtenNow(ofDecision(served(GOLD, id, model, 9), decision), 0));
    }

    @Test
    void labelSurvivesAnotherFailure() throws Exception {
        routing = RouteHarness.start(CONFIG);
        routing.feedback(label(GOLD, "a", SMALL, 0.25));
        OperatorSubtaskState snapshot = routing.snapshot();
        routing.close();

        routing = RouteHarness.restore(CONFIG, snapshot);
        answer("a", SMALL);
        assertThat(routing.known(GOLD).sla().queue.scoreSum).isEqualTo(0.25);
        assertThat(routing.known(GOLD).early()).isEmpty();
    }

    @Test
    void isGivenUpWhenItsRequestDoesNotCome() throws Exception {
        routing = RouteHarness.start(CONFIG);
        routing.feedback(label(GOLD, "a", SMALL, 1));
        routing.feedback(label(GOLD, "a", LARGE, 1));
        routing.setProcessingTime(NOW + KEPT - 1);
        routing.feedback(label(GOLD, "b", SMALL, 1));
        routing.setProcessingTime(NOW + 2 * KEPT - 1);
        assertThat(routing.known(GOLD).early()).containsOnlyKeys("a", "b");
        assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isZero();

        routing.setProcessingTime(NOW + 2 * KEPT);

        assertThat(routing.known(GOLD).early()).isEmpty();
        assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isEqualTo(3);
        assertThat(routing.numProcessingTimeTimers()).isZero();
    }

    @Test
    void restoreStartsTheTimeAnew() throws Exception {
        routing = RouteHarness.start(CONFIG);
        routing.feedback(label(GOLD, "a", SMALL, 1));
        routing.request(GOLD, "other");
        OperatorSubtaskState snapshot = routing.snapshot();
        routing.close();

        // The harness starts at NOW, and the timer that was set fires before the time is up.
        RoutingConfig slow = CONFIG.in(new JobSettings(KEPT, true, false, null, null));
        routing = RouteHarness.restore(slow, snapshot);
        routing.setProcessingTime(NOW + 2 * KEPT);
        assertThat(routing.known(GOLD).early()).containsOnlyKeys("a");
        routing.setProcessingTime(NOW + 4 * KEPT);
        assertThat(routing.known(GOLD).early()).isEmpty();
        assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isOne();
    }

    @Test
    void laterALabelOfAnUnknownRequestIsUnmatched() throws Exception {
        routing = RouteHarness.start(CONFIG);
        routing.setProcessingTime(NOW + KEPT);
        routing.feedback(label(GOLD, "a", SMALL, 1));
        assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isOne();
        assertThat(routing.known(GOLD).early()).isEmpty();
    }

    @Test
    void twoCheckpointIntervalsAreKeptIfTheyAreLonger() throws Exception {
        routing = RouteHarness.start(CONFIG.in(new JobSettings(KEPT, true, false, null, null)));
        routing.setProcessingTime(NOW + 2 * KEPT - 1);
        routing.feedback(label(GOLD, "a", SMALL, 1));
        assertThat(routing.known(GOLD).early()).containsOnlyKeys("a");
    }

    @Test
    void onlySoManyAreKept() throws Exception {
        routing = RouteHarness.start(CONFIG);
        for (int i = 0; i < EarlyLabels.MAX_REQUESTS + 5; i++) {
            routing.feedback(label(GOLD, "r" + i, SMALL, 1));
        }
        assertThat(routing.known(GOLD).early()).hasSize(EarlyLabels.MAX_REQUESTS);
        assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isEqualTo(5);
    }

    @Test
    void slaThatLeftTakesItsEarlyLabelsAlong() throws Exception {
        routing = RouteHarness.start(config(exploiting(), GOLD, "left"));
        routing.request("left", "known");
        routing.feedback(label("left", "a", SMALL, 1));
        OperatorSubtaskState snapshot = routing.snapshot();
        routing.close();

        routing = RouteHarness.restore(CONFIG, snapshot);
        assertThat(routing.known("left").isEmpty()).isTrue();
        routing.feedback(label("left", "b", SMALL, 1));
        routing.feedback(served("left", "c", SMALL, 9).written("earlier", 3));
        routing.request("left", "d");
        routing.setProcessingTime(NOW + 2 * KEPT);
        assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isEqualTo(2);
        assertThat(routing.known("left").isEmpty()).isTrue();
    }
}
