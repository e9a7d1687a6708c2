package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.afterFailures;
import static dev.messplus.fixture.FeedbackFixtures.failed;
import static dev.messplus.fixture.FeedbackFixtures.label;
import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.fixture.FeedbackFixtures.unavailable;
import static dev.messplus.route.RouteHarness.LARGE;
import static dev.messplus.route.RouteHarness.NOW;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.TIMEOUT;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploring;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Priors;
import dev.messplus.fixture.FeedbackFixtures;
import dev.messplus.metrics.JobMetric;
import dev.messplus.route.config.RoutingConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The names that dashboards rely on, and that their values survive a restore. */
class RoutingMetricsTest {

    private static final double FORGETTING = Priors.ENERGY_FORGETTING;

    private static final RoutingConfig CONFIG = config(exploring(), "gold");

    @Test
    void gaugesSayWhatHappenedBeforeAndAfterARestore() throws Exception {
        Map<String, Double> expected = new LinkedHashMap<>();
        expected.put("sla.gold.shard.0.alpha", 0.6);
        expected.put(
                "sla.gold.shard.0.q",
                0.3); // .6 - .2 for a, then .6 - .7 for b; c is given up as failed
        expected.put("sla.gold.shard.0.maxQ", Double.POSITIVE_INFINITY);
        expected.put("sla.gold.shard.0.toleratedRequests", 64 * 0.1);
        expected.put("sla.gold.shard.0.score", 0.45);
        expected.put("sla.gold.shard.0.scoreSum", 0.9);
        expected.put("sla.gold.shard.0.windowScore", 0.45);
        expected.put("sla.gold.shard.0.windowScoreSum", 0.9);
        expected.put("sla.gold.shard.0.windowLabelled", 2.0);
        expected.put("sla.gold.shard.0.settled", 3.0);
        // All served answers but d, which no one rated.
        expected.put("sla.gold.shard.0.scoreLowerBound", (0.2 + 0.7 + 0) / 3);
        expected.put("sla.gold.shard.0.scoreUpperBound", (0.2 + 0.7 + 1) / 3);
        expected.put("sla.gold.shard.0.unratedStreak", 1.0);
        expected.put("sla.gold.shard.0.unratedStreakLimit", 100.0);
        expected.put("sla.gold.shard.0.deficit", 0.3);
        expected.put("sla.gold.shard.0.maxDeficit", 0.4);
        expected.put("sla.gold.shard.0.requests", 5.0);
        expected.put("sla.gold.shard.0.explored", 5.0);
        expected.put("sla.gold.shard.0.inFlight", 1.0);
        expected.put("sla.gold.shard.0.labelled", 2.0);
        expected.put("sla.gold.shard.0.expired", 1.0);
        expected.put("sla.gold.shard.0.failed", 1.0);
        expected.put("sla.gold.shard.0.energyJoules", 9.0 + 90 + 11 + 110 + 7);
        expected.put("sla.gold.shard.0.servedJoules", 9.0 + 110);
        expected.put("sla.gold.shard.0.plannedJoules", 0.0);
        expected.put("sla.gold.shard.0.failedJoules", 7.0);
        expected.put("sla.gold.shard.0.explorationJoules", 90.0 + 11);
        double large = (90 * FORGETTING + 110) / (1 + FORGETTING);
        expected.put("sla.gold.shard.0.mostExpensiveJoulesEstimate", large);
        // Two labels of a model are not enough.
        expected.put("sla.gold.shard.0.staticMixJoulesEstimate", Double.NaN);
        expected.put("sla.gold.shard.0.reachableScoreEstimate", Double.NaN);
        expected.put("sla.gold.shard.0.model.small.served", 1.0);
        expected.put("sla.gold.shard.0.model.large.served", 1.0);
        expected.put("sla.gold.shard.0.model.small.failures", 0.0);
        expected.put("sla.gold.shard.0.model.large.failures", 1.0);
        expected.put("sla.gold.shard.0.model.small.labels", 2.0);
        expected.put("sla.gold.shard.0.model.small.meanScore", 0.3);
        expected.put("sla.gold.shard.0.model.large.meanScore", 0.8);
        expected.put(
                "sla.gold.shard.0.model.small.priceJoules",
                (9 * FORGETTING + 11) / (1 + FORGETTING));
        expected.put(
                "sla.gold.shard.0.model.small.joulesPerRequest",
                (9 * FORGETTING + 11) / (1 + FORGETTING));
        // Priors of 10 and 100 were 1 and 10 off; then 9 and 90 were 2 and 20 off.
        expected.put(
                "sla.gold.shard.0.model.small.energyErrorJoules",
                (1 * FORGETTING + 2) / (1 + FORGETTING));
        expected.put(
                "sla.gold.shard.0.model.large.energyErrorJoules",
                (10 * FORGETTING + 20) / (1 + FORGETTING));
        expected.put(
                "sla.gold.shard.0.model.small.energyErrorRelative",
                (1 * FORGETTING + 2) / (9 * FORGETTING + 11));
        expected.put("sla.gold.shard.0.model.small.energyUncertaintyRelative", Double.NaN);

        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            for (String id : new String[] {"a", "b", "c", "d"}) {
                routing.request("gold", id);
            }
            routing.feedback(scored("gold", "a", SMALL, 0.2, 9, true));
            routing.feedback(scored("gold", "a", LARGE, 0.9, 90, false));
            routing.feedback(scored("gold", "b", LARGE, 0.7, 110, true));
            routing.feedback(scored("gold", "b", SMALL, 0.4, 11, false));
            routing.feedback(afterFailures(failed("gold", "c", LARGE, true), 7));
            // d expires as it was forecast, which is what AS_PREDICTED adds to Q
            double q = routing.metric("sla.gold.shard.0.q");
            RouteHarness.Known known = routing.known("gold");
            double predicted = known.pending().get("d").predicted;
            assertThat(q).isCloseTo(expected.get("sla.gold.shard.0.q"), within(1e-12));
            routing.feedbackUntil(NOW + TIMEOUT);
            routing.setProcessingTime(NOW + TIMEOUT);
            routing.request("gold", "e");
            expected.put("sla.gold.shard.0.q", Math.max(0, q + 0.6 - predicted));
            expected.put(
                    "sla.gold.shard.0.drift",
                    0.6 - routing.known("gold").pending().get("e").predicted);
            // Q / V of the paper, with V = .1
            expected.put(
                    "sla.gold.shard.0.joulesPerScore", expected.get("sla.gold.shard.0.q") / 0.1);

            assertMetrics(routing, expected);
            try (RouteHarness restored = RouteHarness.restore(CONFIG, routing.snapshot())) {
                assertMetrics(restored, expected);
                assertThat(restored.metric("feedbackUnmatched")).isZero();

                restored.feedback(scored("gold", "e", LARGE, 1, 100, true));
                assertThat(restored.metric("sla.gold.shard.0.labelled")).isEqualTo(3);
                assertThat(restored.metric("sla.gold.shard.0.inFlight")).isZero();
            }
        }
    }

    @Test
    void joulesAreEstimatedOrMeasuredAsThoseToldLast() throws Exception {
        String small = "sla.gold.shard.0.model.small.energyEstimated";
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("gold", "a");
            routing.request("gold", "b");
            assertThat(routing.metric(small)).isOne();
            routing.feedback(
                    FeedbackFixtures.from(
                            "tokens (estimated)", scored("gold", "a", SMALL, 1, 9, true)));
            routing.feedback(
                    FeedbackFixtures.from("nvml", scored("gold", "a", LARGE, 1, 90, false)));
            try (RouteHarness restored = RouteHarness.restore(CONFIG, routing.snapshot())) {
                assertThat(restored.metric(small)).isOne();
                assertThat(restored.metric("sla.gold.shard.0.model.large.energyEstimated"))
                        .isZero();

                restored.feedback(label("gold", "b", SMALL, 1));
                assertThat(restored.metric(small)).isOne();
                restored.feedback(
                        FeedbackFixtures.from("nvml", scored("gold", "b", SMALL, 1, 9, true)));
                assertThat(restored.metric(small)).isZero();
            }
        }
    }

    @Test
    void averagesAreNotNumbersBeforeTheFirstLabel() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("gold", "a");
            assertThat(routing.metric("sla.gold.shard.0.score")).isNaN();
            assertThat(routing.metric("sla.gold.shard.0.windowScore")).isNaN();
        }
    }

    @Test
    void modelIsUnavailableWhileItIsLeftAlone() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("gold", "a");
            // Long ago by the clock that the gauge reads.
            routing.feedback(unavailable(failed("gold", "a", LARGE, false), 3_600_000));
            assertThat(routing.metric("sla.gold.shard.0.model.large.available")).isOne();
            routing.setProcessingTime(System.currentTimeMillis());
            routing.feedback(unavailable(failed("gold", "a", LARGE, false), 3_600_000));
            assertThat(routing.metric("sla.gold.shard.0.model.large.available")).isZero();
            assertThat(routing.metric("sla.gold.shard.0.model.small.available")).isOne();
        }
    }

    @Test
    void aLabelTakesFromTheDecisionToTheServedAnswersLabel() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("gold", "a");
            routing.request("gold", "b");
            routing.request("gold", "c");
            routing.setProcessingTime(NOW + 250);
            routing.feedback(scored("gold", "a", SMALL, 0.2, 9, true));
            routing.feedback(scored("gold", "a", LARGE, 0.2, 9, false));
            routing.feedback(failed("gold", "b", LARGE, true));
            routing.setProcessingTime(NOW + 1_000);
            routing.feedback(label("gold", "a", SMALL, 1));
            routing.feedback(scored("gold", "c", LARGE, 0.2, 9, true));

            assertThat(routing.histogram(JobMetric.LABEL_MILLIS).getStatistics().getValues())
                    .containsExactly(250, 1_000);
        }
    }

    private static void assertMetrics(RouteHarness routing, Map<String, Double> expected) {
        assertThat(expected)
                .allSatisfy(
                        (name, value) ->
                                assertThat(routing.metric(name))
                                        .as(name)
                                        .isCloseTo(value, within(1e-5)));
    }
}
