package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.correction;
import static dev.messplus.fixture.FeedbackFixtures.ofDecision;
import static dev.messplus.fixture.FeedbackFixtures.provisional;
import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.plain;
import static dev.messplus.route.RouteHarness.routing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.stream.StreamRule;
import dev.messplus.record.CorrectionBuilder;
import dev.messplus.record.Measurement;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.config.RoutingConfig;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** An SLA whose models are asked one after the other. */
class RoutePlanTest {

    private static final String GOLD = "gold";

    private static final RoutingConfig CONFIG =
            config(routing(plain(0.6), new StreamRule.Config(0, 0, 0, true)), GOLD);

    @Test
    void everyDecisionHasAPlanOverItsRanking() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            RoutedRequest routed = routing.request(GOLD, "a");

            assertThat(routed.asked()).isOne();
            assertThat(routed.plan().forecasts()).containsExactly(routed.predictedScores());
            assertThat(routed.plan().costs()[0] / routed.plan().costs()[1])
                    .isEqualTo(routed.priceJoules()[0] / routed.priceJoules()[1]);
        }
    }

    @Test
    void withoutTheSettingThereIsNone() throws Exception {
        RoutingConfig parallel =
                config(routing(plain(0.6), new StreamRule.Config(0, 0, 0, false)), GOLD);
        try (RouteHarness routing = RouteHarness.start(parallel)) {
            assertThat(routing.request(GOLD, "a").plan()).isNull();
        }
    }

    /** Infer reports the answer that it serves last. */
    @Test
    void bothAnswersOfAPlanTeachAndTheServedOneCounts() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            RoutedRequest routed = routing.request(GOLD, "a");
            routing.feedback(measured(routed, 0, .2, 9, false));
            assertThat(routing.known(GOLD).pending()).containsOnlyKeys("a");
            routing.feedback(measured(routed, 1, .9, 90, true));

            assertComplete(routing.known(GOLD), routed);
            assertThat(routing.metric("sla.gold.shard.0.plannedJoules")).isEqualTo(9);
            assertThat(routing.metric("sla.gold.shard.0.explorationJoules")).isZero();
        }
    }

    @Test
    void aPlanUnderWaySurvivesAFailure() throws Exception {
        OperatorSubtaskState snapshot;
        RoutedRequest routed;
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routed = routing.request(GOLD, "a");
            routing.feedback(measured(routed, 0, .2, 9, false));
            snapshot = routing.snapshot();
        }
        try (RouteHarness routing = RouteHarness.restore(CONFIG, snapshot)) {
            // The record is read again.
            routing.feedback(measured(routed, 0, .2, 9, false));
            routing.feedback(measured(routed, 1, .9, 90, true));

            assertComplete(routing.known(GOLD), routed);
        }
    }

    @Test
    void whatAMeterReportsLaterOfAnAnswerOfThePlanIsPlanned() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            RoutedRequest routed = routing.request(GOLD, "a");
            Measurement first = provisional(measured(routed, 0, .2, 9, false));
            routing.feedback(first);
            routing.feedback(measured(routed, 1, .9, 90, true));
            routing.feedback(
                    CorrectionBuilder.builder(correction(first, 12, 1, 0)).planned(true).build());

            assertThat(routing.known(GOLD).sla().plannedJoules).isEqualTo(12);
            assertThat(routing.known(GOLD).sla().explorationJoules()).isZero();
        }
    }

    private static void assertComplete(RouteHarness.Known known, RoutedRequest routed) {
        assertThat(known.pending()).isEmpty();
        assertThat(known.sla().joules).isEqualTo(99);
        assertThat(known.sla().servedJoules).isEqualTo(90);
        assertThat(known.sla().plannedJoules).isEqualTo(9);
        assertThat(known.sla().explored).isZero();
        assertThat(known.sla().queue.labelled).isOne();
        assertThat(known.sla().queue.scoreSum).isEqualTo(.9);
        assertThat(known.sla().queue.plannedGain).isZero();
        for (String model : routed.ranking()) {
            assertThat(known.models().get(model).accuracy.labels).isOne();
        }
    }

    private static Measurement measured(
            RoutedRequest routed, int rank, double score, double joules, boolean served) {
        String model = routed.ranking().get(rank);
        return ofDecision(
                scored(GOLD, routed.request().id(), model, score, joules, served),
                routed.decision());
    }
}
