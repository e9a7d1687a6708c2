package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.route.RouteHarness.NOW;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploiting;
import static dev.messplus.route.RouteHarness.remembering;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.metrics.JobMetric;
import dev.messplus.route.config.RoutingConfig;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** For how long the id of a request is not answered a second time. */
class RepeatWindowTest {

    private static final String GOLD = "gold";
    private static final JobMetric REPEATED = JobMetric.REQUESTS_REPEATED;
    private static final long WINDOW = 10_000;

    /** Gold remembers, silver does not. */
    private static final RoutingConfig CONFIG =
            remembering(config(exploiting(), GOLD, "silver"), GOLD, WINDOW);

    @Test
    void requestIsNotDecidedAgainWithinTheWindow() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request(GOLD, "in flight");
            routing.request(GOLD, "complete");
            routing.feedback(scored(GOLD, "complete", SMALL, 1, 9, true));
            RouteHarness.Known before = routing.known(GOLD);
            at(routing, NOW + WINDOW - 1);

            routing.repeat(GOLD, "in flight");
            routing.repeat(GOLD, "complete");

            assertThat(routing.metric(REPEATED)).isEqualTo(2);
            routing.known(GOLD).assertSameAs(before);
            assertThat(routing.request(GOLD, "another").t()).isEqualTo(3);
            assertThat(routing.metric(REPEATED)).isEqualTo(2);
        }
    }

    @Test
    void requestIsDecidedAgainAfterTheWindowWhichBeginsAnew() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request(GOLD, "a");
            routing.feedback(scored(GOLD, "a", SMALL, 1, 9, true));
            at(routing, NOW + WINDOW - 1);
            // Does not prolong it.
            routing.repeat(GOLD, "a");
            at(routing, NOW + WINDOW);

            assertThat(routing.request(GOLD, "a").t()).isEqualTo(2);
            routing.feedback(scored(GOLD, "a", SMALL, 1, 9, true));
            at(routing, NOW + 2 * WINDOW - 1);
            routing.repeat(GOLD, "a");
            assertThat(routing.metric(REPEATED)).isEqualTo(2);
        }
    }

    @Test
    void withoutAWindowEveryRequestIsAnswered() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("silver", "a");
            // In flight it is the same request, of which one is learned.
            routing.request("silver", "a");
            assertThat(routing.metric(REPEATED)).isOne();
            assertThat(routing.known("silver").sla().t).isOne();
            routing.feedback(scored("silver", "a", SMALL, 1, 9, true));

            assertThat(routing.request("silver", "a").t()).isEqualTo(2);
            assertThat(routing.metric(REPEATED)).isOne();
        }
    }

    @Test
    void anotherSlaMayUseTheSameId() throws Exception {
        RoutingConfig both = remembering(remembering(CONFIG, GOLD, WINDOW), "silver", 2 * WINDOW);
        try (RouteHarness routing = RouteHarness.start(both)) {
            routing.request(GOLD, "a");
            routing.request("silver", "a");
            at(routing, NOW + WINDOW);
            // Each has a window of its own.
            routing.request(GOLD, "a");
            routing.repeat("silver", "a");
        }
    }

    @Test
    void windowOutlivesARestore() throws Exception {
        OperatorSubtaskState snapshot;
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request(GOLD, "a");
            routing.feedback(scored(GOLD, "a", SMALL, 1, 9, true));
            snapshot = routing.snapshot();
        }
        try (RouteHarness routing = RouteHarness.restore(CONFIG, snapshot)) {
            at(routing, NOW + WINDOW - 1);
            routing.repeat(GOLD, "a");
            at(routing, NOW + WINDOW);
            assertThat(routing.request(GOLD, "a").t()).isEqualTo(2);
        }
        RoutingConfig without = config(exploiting(), GOLD, "silver");
        try (RouteHarness routing = RouteHarness.restore(without, snapshot)) {
            assertThat(routing.request(GOLD, "a").t()).isEqualTo(2);
        }
    }

    /** By the clock of decisions and by that of the state, which forgets by itself. */
    private static void at(RouteHarness routing, long millis) throws Exception {
        routing.setProcessingTime(millis);
        routing.setStateTtlProcessingTime(millis - NOW);
    }
}
