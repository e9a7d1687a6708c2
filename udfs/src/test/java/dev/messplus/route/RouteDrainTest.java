package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.route.RouteHarness.MAX_PARALLELISM;
import static dev.messplus.route.RouteHarness.NOW;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.TIMEOUT;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.route.config.RoutingConfig;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** When a bounded run has nothing more to learn. */
class RouteDrainTest {

    private static final RoutingConfig CONFIG = config(exploiting(), "gold", "silver");
    private static final Drained ONLY_ONE = new Drained(0, 1);

    @Test
    void subtaskWithoutRequestsIsDrainedAtOnce() throws Exception {
        try (RouteHarness routing = RouteHarness.restore(CONFIG, null, 1, 3)) {
            assertThat(routing.drained()).isEmpty();
            routing.endRequests();
            assertThat(routing.drained()).containsExactly(new Drained(1, 3));
        }
    }

    @Test
    void isDrainedOnceTheLastLabelOfTheLastSlaIsIn() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("gold", "a");
            routing.request("gold", "b");
            routing.request("silver", "c");
            routing.feedback(scored("gold", "a", SMALL, 1, 9, true));
            routing.endRequests();
            routing.feedback(scored("gold", "b", SMALL, 1, 9, true));
            assertThat(routing.drained()).isEmpty();
            routing.feedback(scored("silver", "c", SMALL, 1, 9, true));
            assertThat(routing.drained()).containsExactly(ONLY_ONE);
        }
    }

    @Test
    void emptyMomentsBeforeTheEndOfTheRequestsDoNotCount() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("gold", "a");
            routing.feedback(scored("gold", "a", SMALL, 1, 9, true));
            assertThat(routing.drained()).isEmpty();
            routing.endFeedback();
            assertThat(routing.drained()).isEmpty();
            routing.endRequests();
            assertThat(routing.drained()).containsExactly(ONLY_ONE);
        }
    }

    @Test
    void expiryDrainsToo() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("gold", "a");
            routing.request("silver", "b");
            routing.endRequests();
            routing.feedbackUntil(NOW + TIMEOUT - 1);
            assertThat(routing.drained()).isEmpty();
            routing.feedbackUntil(NOW + TIMEOUT);
            assertThat(routing.drained()).containsExactly(ONLY_ONE);
            routing.endFeedback();
            assertThat(routing.drained()).containsExactly(ONLY_ONE);
        }
    }

    @Test
    void restoredSubtaskWaitsForSlasThatItHasNotHeardOfSince() throws Exception {
        try (RouteHarness routing = RouteHarness.restore(CONFIG, snapshotWithTwoWaiting())) {
            routing.endRequests();
            assertThat(routing.drained()).isEmpty();
            routing.feedback(scored("gold", "a", SMALL, 1, 9, true));
            assertThat(routing.drained()).isEmpty();
            routing.feedback(scored("silver", "b", SMALL, 1, 9, true));
            assertThat(routing.drained()).containsExactly(ONLY_ONE);
        }
    }

    @Test
    void subtasksWaitForTheirOwnSlasOnly() throws Exception {
        RoutingConfig config = config(exploiting(), "gold", "silver", "bronze");
        OperatorSubtaskState snapshot = snapshotWithTwoWaiting();
        for (int subtask = 0; subtask < 2; subtask++) {
            OperatorSubtaskState share =
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            snapshot, MAX_PARALLELISM, 1, 2, subtask);
            try (RouteHarness routing = RouteHarness.restore(config, share, subtask, 2)) {
                int waiting = routing.numEventTimeTimers();
                routing.endRequests();
                assertThat(routing.drained()).hasSize(waiting == 0 ? 1 : 0);
                routing.feedbackUntil(NOW + TIMEOUT);
                assertThat(routing.drained()).containsExactly(new Drained(subtask, 2));
            }
        }
    }

    @Test
    void requestsOfAnSlaThatLeftAreNotWaitedFor() throws Exception {
        RoutingConfig without = config(exploiting(), "gold");
        try (RouteHarness routing = RouteHarness.restore(without, snapshotWithTwoWaiting())) {
            routing.feedback(scored("gold", "a", SMALL, 1, 9, true));
            routing.endRequests();
            assertThat(routing.drained()).containsExactly(ONLY_ONE);
        }
    }

    @Test
    void aRequestOfAnSlaThatLeftIsDecidedAndNotWaitedFor() throws Exception {
        try (RouteHarness routing = RouteHarness.start(config(exploiting(), "gold"))) {
            assertThat(routing.request("left", "late").ranking()).isNotEmpty();
            assertThat(routing.numEventTimeTimers()).isZero();
            routing.endRequests();
            assertThat(routing.drained()).containsExactly(ONLY_ONE);
        }
    }

    private static OperatorSubtaskState snapshotWithTwoWaiting() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("gold", "a");
            routing.request("silver", "b");
            return routing.snapshot();
        }
    }
}
