package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.afterFailures;
import static dev.messplus.fixture.FeedbackFixtures.assumed;
import static dev.messplus.fixture.FeedbackFixtures.failed;
import static dev.messplus.fixture.FeedbackFixtures.label;
import static dev.messplus.fixture.FeedbackFixtures.ofDecision;
import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.fixture.FeedbackFixtures.served;
import static dev.messplus.fixture.FeedbackFixtures.unavailable;
import static dev.messplus.route.RouteHarness.LARGE;
import static dev.messplus.route.RouteHarness.NOW;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.PromptPrefix;
import dev.messplus.metrics.JobMetric;
import dev.messplus.record.ChatTurn;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.config.RoutingConfig;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/**
 * A request can be decided again, because it was sent again or after a failure. One answer counts;
 * the joules of all do.
 */
class RouteDecisionTest {

    private static final String GOLD = "gold";
    private static final RoutingConfig CONFIG = config(exploiting(), GOLD);
    private static final JobMetric STALE = JobMetric.FEEDBACK_STALE;

    @Test
    void whatAnotherDecisionCalledForCountsInJoulesAndNothingElse() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            long decision = routing.request(GOLD, "a").decision();

            routing.feedback(ofDecision(scored(GOLD, "a", SMALL, 0, 99, true), decision - 1));

            RouteHarness.Known known = routing.known(GOLD);
            assertThat(known.pending()).containsOnlyKeys("a");
            assertThat(known.sla().queue.labelled).isZero();
            assertThat(known.models().get(SMALL).accuracy.labels).isZero();
            assertThat(known.models().get(SMALL).served).isZero();
            assertThat(known.models().get(SMALL).energy.measurements).isOne();
            assertThat(routing.metric(STALE)).isOne();

            routing.feedback(ofDecision(scored(GOLD, "a", SMALL, 1, 9, true), decision));

            known = routing.known(GOLD);
            assertThat(known.pending()).isEmpty();
            assertThat(known.sla().queue.scoreSum).isOne();
            assertThat(known.models().get(SMALL).energy.measurements).isEqualTo(2);
            assertThat(routing.metric("sla.gold.shard.0.energyJoules")).isEqualTo(108);
            assertThat(routing.metric("sla.gold.shard.0.servedJoules")).isEqualTo(9);
            assertThat(routing.metric("sla.gold.shard.0.repeatJoules")).isEqualTo(99);
            assertThat(routing.metric("sla.gold.shard.0.explorationJoules")).isZero();
            assertThat(routing.metric(STALE)).isOne();
        }
    }

    @Test
    void aTurnKnowsTheModelOfTheTurnBefore() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            RoutedRequest first = routing.request(turn("a", new ChatTurn(1, 0, 0, null)));
            RoutedRequest second = routing.request(turn("b", new ChatTurn(2, 1, 1, null)));
            RoutedRequest other = routing.request(turn("c", new ChatTurn(3, 7, 1, null)));

            String model = first.ranking().get(0);
            assertThat(first.request().prefix()).isNull();
            assertThat(second.request().prefix()).isEqualTo(new PromptPrefix(model, 1));
            assertThat(other.request().prefix()).isNull();
        }
    }

    private static PromptRequest turn(String id, ChatTurn turn) {
        return RouteHarness.prompt(id, GOLD).with(turn);
    }

    @Test
    void joulesOfARepeatCountOnceForEachDecisionAndModel() throws Exception {
        OperatorSubtaskState checkpoint;
        Measurement answered;
        Measurement failed;
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request(GOLD, "a");
            long second = routing.request(GOLD, "a").decision();
            long third = routing.request(GOLD, "a").decision();
            answered = ofDecision(served(GOLD, "a", SMALL, 9), second);
            failed = ofDecision(afterFailures(failed(GOLD, "a", SMALL, false), 4), third);

            routing.feedback(answered);
            routing.feedback(answered);
            routing.feedback(failed);
            routing.feedback(ofDecision(served(GOLD, "a", LARGE, 90), third));

            assertThat(routing.known(GOLD).sla().repeatJoules).isEqualTo(9 + 4 + 90);
            assertThat(routing.known(GOLD).sla().joules).isEqualTo(9 + 4 + 90);
            assertThat(routing.known(GOLD).sla().failedJoules).isZero();
            checkpoint = routing.snapshot();
        }
        try (RouteHarness routing = RouteHarness.restore(CONFIG, checkpoint)) {
            routing.feedback(answered);
            routing.feedback(failed);

            assertThat(routing.known(GOLD).sla().repeatJoules).isEqualTo(9 + 4 + 90);
            assertThat(routing.known(GOLD).sla().joules).isEqualTo(9 + 4 + 90);
        }
    }

    @Test
    void aRequestThatExpiredBeforeACallIsPendingNoLongerAndBlamesNoModel() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            RoutedRequest routed = routing.request(GOLD, "a");
            String chosen = routed.ranking().get(0);

            routing.feedback(
                    MeasurementBuilder.builder(failed(GOLD, "a", chosen, true))
                            .expired(true)
                            .decision(routed.decision())
                            .build());

            assertThat(routing.known(GOLD).pending()).isEmpty();
            assertThat(routing.known(GOLD).sla().failed).isEqualTo(1);
            assertThat(routing.known(GOLD).sla().queue.inFlight).isZero();
            assertThat(routing.known(GOLD).models().get(chosen).failures).isZero();
        }
    }

    @Test
    void joulesThatNobodyMeasuredCountButTeachNothing() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            long decision = routing.request(GOLD, "a").decision();
            routing.feedback(ofDecision(assumed(served(GOLD, "a", SMALL, 9)), decision + 1));

            assertThat(routing.known(GOLD).sla().repeatJoules).isEqualTo(9);
            assertThat(routing.known(GOLD).models().get(SMALL).energy.measurements).isZero();
        }
    }

    @Test
    void requestThatIsRepeatedForEverTakesBoundedState() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            long decision = routing.request(GOLD, "a").decision();
            for (int repeat = 1; repeat <= 100; repeat++) {
                routing.feedback(ofDecision(served(GOLD, "a", SMALL, 1), decision + repeat));
            }
            int booked = routing.known(GOLD).pending().get("a").repeated.size();
            assertThat(booked).isBetween(10, 50);
            assertThat(routing.known(GOLD).sla().repeatJoules).isEqualTo(booked);
            assertThat(routing.metric(STALE)).isEqualTo(100);
            assertThat(routing.metric(JobMetric.FEEDBACK_UNBOOKED)).isEqualTo(100 - booked);
        }
    }

    @Test
    void repeatOfACompleteRequestIsUnmatched() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            long first = routing.request(GOLD, "a").decision();
            long second = routing.request(GOLD, "a").decision();
            routing.feedback(ofDecision(scored(GOLD, "a", SMALL, 1, 9, true), first));

            routing.feedback(ofDecision(scored(GOLD, "a", SMALL, 1, 9, true), second));

            assertThat(routing.known(GOLD).sla().joules).isEqualTo(9);
            assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isOne();
        }
    }

    @Test
    void userRatesAnAnswerAndNotADecision() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            long decision = routing.request(GOLD, "a").decision();
            routing.feedback(label(GOLD, "a", SMALL, 0.5));
            routing.feedback(ofDecision(served(GOLD, "a", SMALL, 9), decision));

            assertThat(routing.known(GOLD).sla().queue.scoreSum).isEqualTo(0.5);
            assertThat(routing.known(GOLD).pending()).isEmpty();
            assertThat(routing.metric(STALE)).isZero();
        }
    }

    @Test
    void decisionThatAFailureUndidIsAnotherThanTheOneTakenInstead() throws Exception {
        OperatorSubtaskState checkpoint;
        long undone;
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            checkpoint = routing.snapshot();
            undone = routing.request(GOLD, "a").decision();
        }
        try (RouteHarness routing = RouteHarness.restore(CONFIG, checkpoint)) {
            long decision = routing.request(GOLD, "a").decision();
            assertThat(decision).isNotEqualTo(undone);

            routing.feedback(ofDecision(scored(GOLD, "a", LARGE, 0, 90, true), undone));
            assertThat(routing.known(GOLD).sla().queue.labelled).isZero();

            routing.feedback(ofDecision(scored(GOLD, "a", SMALL, 1, 9, true), decision));
            assertThat(routing.known(GOLD).sla().queue.scoreSum).isOne();
            assertThat(routing.known(GOLD).sla().joules).isEqualTo(99);
            assertThat(routing.metric(STALE)).isOne();
        }
    }

    @Test
    void decisionOutlivesARestore() throws Exception {
        OperatorSubtaskState checkpoint;
        long decision;
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            decision = routing.request(GOLD, "a").decision();
            checkpoint = routing.snapshot();
        }
        try (RouteHarness routing = RouteHarness.restore(CONFIG, checkpoint)) {
            assertThat(routing.known(GOLD).pending().get("a").decision).isEqualTo(decision);

            routing.feedback(ofDecision(scored(GOLD, "a", SMALL, 0, 99, true), decision + 1));
            assertThat(routing.known(GOLD).sla().queue.labelled).isZero();
            routing.feedback(ofDecision(scored(GOLD, "a", SMALL, 1, 9, true), decision));
            assertThat(routing.known(GOLD).sla().queue.scoreSum).isOne();
        }
    }

    @Test
    void everyDecisionHasANumberOfItsOwn() throws Exception {
        try (RouteHarness routing = RouteHarness.start(config(exploiting(), GOLD, "silver"))) {
            routing.request(GOLD, "a");
            routing.request(GOLD, "a");
            routing.request(GOLD, "b");
            routing.request("silver", "a");
            assertThat(routing.decisions())
                    .extracting(RoutedRequest::decision)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void repeatOfARequestInFlightIsAnsweredButItsFirstAnswerCounts() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            long first = routing.request(GOLD, "a").decision();
            routing.request(GOLD, "b");
            long second = routing.request(GOLD, "a").decision();
            assertThat(second).isNotEqualTo(first);

            routing.feedback(ofDecision(scored(GOLD, "a", SMALL, 0, 99, true), second));
            assertThat(routing.known(GOLD).pending()).containsOnlyKeys("a", "b");
            routing.feedback(ofDecision(scored(GOLD, "a", SMALL, 1, 9, true), first));

            assertThat(routing.known(GOLD).pending()).containsOnlyKeys("b");
            assertThat(routing.known(GOLD).sla().queue.scoreSum).isOne();
        }
    }

    @Test
    void serverIsUnavailableWhicheverDecisionFoundOut() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            long decision = routing.request(GOLD, "a").decision();
            routing.feedback(
                    ofDecision(unavailable(failed(GOLD, "a", SMALL, false), 5_000), decision + 1));
            assertThat(routing.metric(STALE)).isOne();
            assertThat(routing.known(GOLD).models().get(SMALL).unavailableUntilMillis)
                    .isEqualTo(NOW + 5_000);
            assertThat(routing.known(GOLD).models().get(SMALL).failures).isZero();
        }
    }
}
