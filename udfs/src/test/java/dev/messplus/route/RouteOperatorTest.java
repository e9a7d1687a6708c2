package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.afterFailures;
import static dev.messplus.fixture.FeedbackFixtures.assumed;
import static dev.messplus.fixture.FeedbackFixtures.failed;
import static dev.messplus.fixture.FeedbackFixtures.label;
import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.fixture.FeedbackFixtures.served;
import static dev.messplus.fixture.FeedbackFixtures.unavailable;
import static dev.messplus.route.RouteHarness.LARGE;
import static dev.messplus.route.RouteHarness.LARGE_JOULES;
import static dev.messplus.route.RouteHarness.LARGE_UNTRIED;
import static dev.messplus.route.RouteHarness.NOW;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.SMALL_JOULES;
import static dev.messplus.route.RouteHarness.SMALL_UNTRIED;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploiting;
import static dev.messplus.route.RouteHarness.exploring;
import static dev.messplus.route.RouteHarness.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Mode;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.metrics.JobMetric;
import dev.messplus.record.Feedback;
import dev.messplus.record.Measurement;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request's way through the routing, from its decision to its last label. */
class RouteOperatorTest {

    private static final String GOLD = "gold";

    private RouteHarness routing;

    private void start(SlaRouting settings) throws Exception {
        routing = RouteHarness.start(config(settings, GOLD, "silver"));
    }

    @AfterEach
    void close() {
        routing.close();
    }

    @Test
    void exploitAsksTheCheapestWhileNothingIsOwed() throws Exception {
        start(exploiting());
        RoutedRequest decision = routing.request(GOLD, "a");
        assertThat(decision.mode()).isEqualTo(Mode.EXPLOIT);
        assertThat(decision.ranking()).containsExactly(SMALL, LARGE);
        assertThat(decision.asked()).isOne();
        assertThat(decision.predictedScores())
                .containsExactly(new double[] {SMALL_UNTRIED, LARGE_UNTRIED}, within(1e-12));
        assertThat(decision.estimatedJoules()).containsExactly(SMALL_JOULES, LARGE_JOULES);
        assertThat(decision.pressure()).isZero();
        assertThat(decision.t()).isEqualTo(1);
        assertThat(decision.request().id()).isEqualTo("a");
    }

    @Test
    void decidesUnderWhatIsOwedAndForeseen() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        // D in flight
        assertThat(routing.request(GOLD, "b").pressure())
                .isCloseTo(0.6 - SMALL_UNTRIED, within(1e-12));
        routing.feedback(scored(GOLD, "a", SMALL, 0, SMALL_JOULES, true));
        routing.feedback(scored(GOLD, "b", SMALL, 1, SMALL_JOULES, true));
        // Q = max(0, .6 - 0) = .6, then max(0, .6 + .6 - 1) = .2
        assertThat(routing.request(GOLD, "c").pressure()).isCloseTo(0.2, within(1e-12));
    }

    @Test
    void slasAreStrangersToEachOther() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        routing.feedback(scored(GOLD, "a", SMALL, 0, SMALL_JOULES, true));
        RoutedRequest silver = routing.request("silver", "a");
        assertThat(silver.t()).isEqualTo(1);
        assertThat(silver.pressure()).isZero();
        assertThat(routing.known(GOLD).pending()).isEmpty();
        assertThat(routing.known("silver").pending()).containsOnlyKeys("a");
    }

    @Test
    void answeredAndLabelledRequestLeavesNothingBehind() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        assertThat(routing.known(GOLD).pending()).containsOnlyKeys("a");
        assertThat(routing.numEventTimeTimers()).isOne();

        routing.feedback(scored(GOLD, "a", SMALL, 1, 12, true));

        assertNothingWaits();
        assertThat(routing.known(GOLD).sla().servedJoules).isEqualTo(12);
        assertThat(routing.known(GOLD).window().average()).isOne();
        assertThat(routing.known(GOLD).models().get(SMALL).accuracy.labels).isOne();
    }

    @Test
    void labelFromAUserMayComeBeforeTheMeasurement() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        routing.feedback(label(GOLD, "a", SMALL, 0.25));
        assertThat(routing.known(GOLD).sla().queue.q).isZero();
        assertThat(routing.known(GOLD).pending()).containsOnlyKeys("a");

        routing.feedback(served(GOLD, "a", SMALL, 12));

        assertThat(routing.known(GOLD).sla().queue.q).isCloseTo(0.35, within(1e-12));
        assertNothingWaits();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void exploredAnswersCountOnceInWhateverOrderAndHoweverOftenTheyAreTold(int shuffle)
            throws Exception {
        List<Feedback> inOrder =
                List.of(
                        served(GOLD, "a", LARGE, 90),
                        label(GOLD, "a", LARGE, 0.9),
                        scored(GOLD, "a", SMALL, 0.2, 9, false));
        List<Feedback> repeated = new ArrayList<>(inOrder);
        repeated.addAll(inOrder);
        Collections.shuffle(repeated, new Random(shuffle));
        RouteHarness.Known expected;
        try (RouteHarness once = RouteHarness.start(config(exploring(), GOLD))) {
            once.request(GOLD, "a");
            once.request(GOLD, "b");
            once.passTheTimeOfEarlyLabels();
            // What is believed of prompts depends on which label came first, and on no repeat.
            for (Feedback feedback : new LinkedHashSet<>(repeated)) {
                once.feedback(feedback);
            }
            expected = once.known(GOLD);
        }
        assertThat(expected.sla().queue.scoreSum).isEqualTo(0.9);
        assertThat(expected.sla().joules).isEqualTo(99);
        assertThat(expected.sla().servedJoules).isEqualTo(90);
        assertThat(expected.models().values())
                .allSatisfy(model -> assertThat(model.accuracy.labels).isOne());

        start(exploring());
        routing.request(GOLD, "a");
        routing.request(GOLD, "b");
        routing.passTheTimeOfEarlyLabels();
        repeated.addAll(inOrder);
        for (Feedback feedback : repeated) {
            routing.feedback(feedback);
        }

        routing.known(GOLD).assertSameAs(expected);
        assertThat(routing.known(GOLD).pending()).containsOnlyKeys("b");
    }

    @Test
    void feedbackThatTellsNothingNewIsCountedAndChangesNothing() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        routing.request(GOLD, "b");
        routing.feedback(served(GOLD, "b", SMALL, 12));
        routing.feedback(scored(GOLD, "a", SMALL, 1, 12, true));
        routing.passTheTimeOfEarlyLabels();
        RouteHarness.Known before = routing.known(GOLD);

        routing.feedback(served(GOLD, "b", SMALL, 13)); // a repeat
        routing.feedback(label(GOLD, "a", SMALL, 0)); // complete
        routing.feedback(label(GOLD, "never-asked", SMALL, 0)); // unknown
        routing.feedback(label("silver", "b", SMALL, 0)); // of another SLA
        routing.feedback(label(GOLD, "b", LARGE, 0)); // of a model not asked

        routing.known(GOLD).assertSameAs(before);
        assertThat(routing.known("silver").isEmpty()).isTrue();
        assertThat(routing.metric(JobMetric.FEEDBACK_DUPLICATE)).isOne();
        assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isEqualTo(3);
        assertThat(routing.metric(JobMetric.FEEDBACK_UNEXPECTED)).isOne();
    }

    @Test
    void repeatedRequestIsAnsweredAgainButCountsOnce() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        RoutedRequest again = routing.request(GOLD, "a");
        assertThat(again.request().id()).isEqualTo("a");
        assertThat(again.t()).isEqualTo(2);
        assertThat(routing.known(GOLD).sla().queue.inFlight).isOne();
        assertThat(routing.known(GOLD).order()).containsOnlyKeys(1L);
        assertThat(routing.metric(JobMetric.REQUESTS_REPEATED)).isOne();

        routing.feedback(scored(GOLD, "a", SMALL, 0, 12, true));
        routing.feedback(scored(GOLD, "a", SMALL, 0, 12, true));

        assertThat(routing.known(GOLD).sla().queue.labelled).isOne();
        assertNothingWaits();
    }

    @Test
    void idMayBeUsedAgainOnceItsRequestIsComplete() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        routing.feedback(scored(GOLD, "a", SMALL, 1, 12, true));
        routing.request(GOLD, "a");
        routing.feedback(scored(GOLD, "a", SMALL, 1, 12, true));
        assertThat(routing.known(GOLD).sla().queue.labelled).isEqualTo(2);
        assertNothingWaits();
    }

    @Test
    void fallbackIsLearnedOfThoughItWasNotAsked() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        routing.feedback(failed(GOLD, "a", SMALL, false));
        routing.feedback(scored(GOLD, "a", LARGE, 1, 110, true));

        RouteHarness.Known known = routing.known(GOLD);
        assertThat(known.models().get(SMALL).failures).isOne();
        assertThat(known.models().get(LARGE).served).isOne();
        assertThat(known.models().get(LARGE).accuracy.labels).isOne();
        assertThat(known.sla().servedJoules).isEqualTo(110);
        assertNothingWaits();
    }

    @Test
    void labelOfAFallbackMayComeBeforeAnybodySaysThatItWasOne() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        routing.feedback(label(GOLD, "a", LARGE, 0.25));
        routing.feedback(failed(GOLD, "a", SMALL, false));
        assertThat(routing.known(GOLD).pending()).containsOnlyKeys("a");

        routing.feedback(served(GOLD, "a", LARGE, 110));

        assertThat(routing.known(GOLD).sla().queue.q).isCloseTo(0.35, within(1e-12));
        assertNothingWaits();
    }

    @Test
    void energyOfFailuresAndAssumedEnergyCountButTeachNothing() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        Measurement answer = assumed(scored(GOLD, "a", SMALL, 1, 99, true));
        routing.feedback(afterFailures(answer, 5));

        RouteHarness.Known known = routing.known(GOLD);
        assertThat(known.sla().joules).isEqualTo(104);
        assertThat(known.sla().servedJoules).isEqualTo(99);
        assertThat(known.sla().failedJoules).isEqualTo(5);
        assertThat(known.models().get(SMALL).energy.measurements).isZero();
        assertThat(known.models().get(SMALL).accuracy.labels).isOne();
        assertNothingWaits();
    }

    @Test
    void modelWhoseBreakerIsOpenIsLeftAloneUntilItsTimeHasPassed() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        routing.feedback(unavailable(failed(GOLD, "a", SMALL, false), 30_000));
        assertThat(routing.request(GOLD, "b").ranking()).containsExactly(LARGE, SMALL);
        assertThat(routing.request("silver", "b").ranking()).containsExactly(SMALL, LARGE);

        routing.setProcessingTime(NOW + 29_999);
        assertThat(routing.request(GOLD, "c").ranking()).containsExactly(LARGE, SMALL);
        routing.setProcessingTime(NOW + 30_000);
        assertThat(routing.request(GOLD, "d").ranking()).containsExactly(SMALL, LARGE);
    }

    @Test
    void modelWhoseBreakerIsOpenIsNotExplored() throws Exception {
        start(exploring());
        routing.request(GOLD, "a");
        routing.feedback(unavailable(failed(GOLD, "a", LARGE, false), 30_000));

        RoutedRequest decision = routing.request(GOLD, "b");
        assertThat(decision.mode()).isNotEqualTo(Mode.EXPLORE);
        assertThat(decision.asked()).isOne();
        assertThat(decision.ranking()).containsExactly(SMALL, LARGE);

        routing.feedback(scored(GOLD, "b", SMALL, 1, 9, true));
        assertThat(routing.known(GOLD).pending()).containsOnlyKeys("a");
    }

    @Test
    void asksAModelBesideTheChosenOneOnlyWithinTheBudget() throws Exception {
        SlaRouting settings = stream(0.6, 0.5);
        routing = RouteHarness.start(config(Map.of(GOLD, settings), SMALL, LARGE, "spare"));
        List<RoutedRequest> decisions = new ArrayList<>();
        double foreseen = 0;
        for (int i = 0; i < 60; i++) {
            RouteHarness.Known before = routing.known(GOLD);
            RoutedRequest decision = routing.request(GOLD, "r" + i);
            if (decision.mode() == Mode.EXPLORE) {
                foreseen = decision.estimatedJoules()[1];
                assertThat(decision.asked()).isEqualTo(2);
                assertThat(pending(i).models())
                        .containsExactlyElementsOf(decision.ranking().subList(0, 2));
                String probed = decision.ranking().get(1);
                RouteHarness.Known after = routing.known(GOLD);
                boolean reserved = reserve(after, probed) < reserve(before, probed);
                double left =
                        reserved ? reserve(before, probed) : before.sla().probeAllowanceJoules;
                assertThat(foreseen).isLessThanOrEqualTo(left);
                assertThat(reserved ? reserve(after, probed) : after.sla().probeAllowanceJoules)
                        .isCloseTo(left - foreseen, within(1e-9));
            } else {
                assertThat(decision.asked()).isOne();
            }
            decisions.add(decision);
            rate(i, decision.ranking().subList(0, decision.asked()));
        }
        assertThat(decisions).extracting(RoutedRequest::mode).contains(Mode.EXPLOIT, Mode.EXPLORE);
        assertThat(foreseen).isPositive();
        assertNothingWaits();
    }

    private static double reserve(RouteHarness.Known known, String model) {
        return known.models().get(model).probeReserveJoules;
    }

    private PendingRequest pending(int i) throws Exception {
        return routing.known(GOLD).pending().get("r" + i);
    }

    /** Every model answers half of the requests right; the one that was chosen is served. */
    private void rate(int i, List<String> asked) throws Exception {
        for (int rank = asked.size() - 1; rank >= 0; rank--) {
            assertThat(routing.known(GOLD).pending()).containsOnlyKeys("r" + i);
            String model = asked.get(rank);
            double joules = model.equals(SMALL) ? SMALL_JOULES : LARGE_JOULES;
            routing.feedback(scored(GOLD, "r" + i, model, i / 2 % 2, joules, rank == 0));
        }
    }

    @Test
    void openBreakerIsNewsWhateverBecameOfItsRequest() throws Exception {
        start(exploiting());
        routing.feedback(unavailable(failed(GOLD, "never-asked", SMALL, false), 10_000));
        assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isOne();
        assertThat(unavailableUntil(SMALL)).isEqualTo(NOW + 10_000);
        assertThat(routing.request(GOLD, "a").ranking()).containsExactly(LARGE, SMALL);

        Measurement failure = failed(GOLD, "a", LARGE, false);
        routing.feedback(failure);
        routing.feedback(unavailable(failure, 20_000)); // is no news of the request
        assertThat(routing.metric(JobMetric.FEEDBACK_DUPLICATE)).isOne();
        assertThat(unavailableUntil(LARGE)).isEqualTo(NOW + 20_000);

        Measurement unexpected = scored(GOLD, "a", SMALL, 1, 9, false); // was not asked
        routing.feedback(unavailable(unexpected, 40_000));
        assertThat(routing.metric(JobMetric.FEEDBACK_UNEXPECTED)).isOne();
        assertThat(unavailableUntil(SMALL)).isEqualTo(NOW + 40_000);

        routing.feedback(unavailable(unexpected, 1)); // known for longer
        assertThat(unavailableUntil(SMALL)).isEqualTo(NOW + 40_000);
    }

    private long unavailableUntil(String model) throws Exception {
        return routing.known(GOLD).models().get(model).unavailableUntilMillis;
    }

    @Test
    void failedRequestLeavesDriftAndCountsInNoAverage() throws Exception {
        start(exploiting());
        routing.request(GOLD, "a");
        routing.feedback(failed(GOLD, "a", SMALL, true));

        RouteHarness.Known known = routing.known(GOLD);
        assertThat(known.sla().failed).isOne();
        assertThat(known.sla().queue.q).isZero();
        assertThat(known.sla().queue.labelled).isZero();
        assertThat(known.models().get(SMALL).failures).isOne();
        assertNothingWaits();
    }

    private void assertNothingWaits() throws Exception {
        RouteHarness.Known known = routing.known(GOLD);
        assertThat(known.pending()).isEmpty();
        assertThat(known.order()).isEmpty();
        assertThat(known.expiry().size).isZero();
        assertThat(known.expiry().timerMillis).isZero();
        assertThat(known.sla().queue.inFlight).isZero();
        assertThat(known.sla().queue.drift(0.6)).isZero();
        assertThat(routing.numEventTimeTimers()).isZero();
    }
}
