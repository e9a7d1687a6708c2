package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.afterFailures;
import static dev.messplus.fixture.FeedbackFixtures.failed;
import static dev.messplus.fixture.FeedbackFixtures.ofDecision;
import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.fixture.FeedbackFixtures.unavailable;
import static dev.messplus.route.RouteHarness.LARGE;
import static dev.messplus.route.RouteHarness.MAX_PARALLELISM;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.fixture.FeedbackFixtures;
import dev.messplus.metrics.JobMetric;
import dev.messplus.record.Measurement;
import dev.messplus.route.config.RoutingConfig;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Measurements survive a failure that undoes the answers they are about. What readers of committed
 * responses saw is what counts; the joules of all answers do.
 */
class RouteAttemptTest {

    private static final String GOLD = "gold";
    private static final RoutingConfig CONFIG = config(exploiting(), GOLD, "silver", "bronze");

    private String firstRun;
    private long decision;

    /** The routing after checkpoint 5, in which the request "a" waits for its answer. */
    private OperatorSubtaskState checkpointFive() throws Exception {
        try (RouteHarness first = RouteHarness.start(CONFIG)) {
            firstRun = first.run();
            decision = first.request(GOLD, "a").decision();
            return first.snapshot(5);
        }
    }

    private Measurement answer(double score, double joules) {
        return ofDecision(scored(GOLD, "a", SMALL, score, joules, true), decision);
    }

    @ParameterizedTest(name = "after checkpoint {0}: undone is {1}")
    @CsvSource({"4, false", "5, true", "6, true"})
    void measurementOfAnAnswerThatNobodySawCountsInJoulesAlone(long after, boolean undone)
            throws Exception {
        OperatorSubtaskState snapshot = checkpointFive();
        try (RouteHarness routing = RouteHarness.restore(CONFIG, snapshot, 5)) {
            Measurement first = answer(0, 99);
            routing.feedback(unavailable(first, 30_000).written(firstRun, after));

            RouteHarness.Known known = routing.known(GOLD);
            assertThat(known.sla().queue.labelled).isEqualTo(undone ? 0 : 1);
            assertThat(known.models().get(SMALL).served).isEqualTo(undone ? 0 : 1);
            assertThat(known.models().get(SMALL).unavailableUntilMillis == 0).isEqualTo(undone);
            assertThat(known.sla().joules).isEqualTo(99);
            assertThat(known.sla().servedJoules).isEqualTo(undone ? 0 : 99);
            assertThat(known.sla().repeatJoules).isEqualTo(undone ? 99 : 0);
            assertThat(known.pending().containsKey("a")).isEqualTo(undone);
            assertThat(routing.metric(JobMetric.FEEDBACK_STALE)).isEqualTo(undone ? 1 : 0);
        }
    }

    @Test
    void laterAttemptOfTheSameDecisionCounts() throws Exception {
        OperatorSubtaskState snapshot = checkpointFive();
        try (RouteHarness routing = RouteHarness.restore(CONFIG, snapshot, 5)) {
            routing.feedback(answer(0, 99).written(firstRun, 5));
            routing.feedback(routing.writtenNow(answer(1, 9), 5));

            RouteHarness.Known known = routing.known(GOLD);
            assertThat(known.pending()).isEmpty();
            assertThat(known.sla().queue.scoreSum).isOne();
            assertThat(known.sla().servedJoules).isEqualTo(9);
            assertThat(known.sla().joules).isEqualTo(108);
        }
    }

    @Test
    void failureOfAnUndoneAttemptIsNone() throws Exception {
        OperatorSubtaskState snapshot = checkpointFive();
        try (RouteHarness routing = RouteHarness.restore(CONFIG, snapshot, 5)) {
            Measurement failure = afterFailures(failed(GOLD, "a", SMALL, true), 3);
            routing.feedback(ofDecision(failure, decision).written(firstRun, 6));
            assertThat(routing.known(GOLD).sla().failed).isZero();
            assertThat(routing.known(GOLD).models().get(SMALL).failures).isZero();
            assertThat(routing.known(GOLD).sla().repeatJoules).isEqualTo(3);
        }
    }

    @Test
    void joulesOfEachUndoneAttemptCountOnce() throws Exception {
        OperatorSubtaskState snapshot = checkpointFive();
        String secondRun;
        // It completes no checkpoint, so nothing of it is in the state.
        try (RouteHarness second = RouteHarness.restore(CONFIG, snapshot, 5)) {
            secondRun = second.run();
        }
        try (RouteHarness third = RouteHarness.restore(CONFIG, snapshot, 5)) {
            third.feedback(answer(0, 100).written(firstRun, 5));
            third.feedback(answer(0, 100).written(firstRun, 5));
            third.feedback(answer(0, 200).written(secondRun, 5));
            third.feedback(third.writtenNow(answer(1, 9), 5));

            assertThat(third.known(GOLD).sla().repeatJoules).isEqualTo(300);
            assertThat(third.known(GOLD).sla().servedJoules).isEqualTo(9);
            assertThat(third.known(GOLD).sla().queue.scoreSum).isOne();
        }
    }

    @Test
    void joulesOfAnUndoneDecisionThatIsNotMadeAgainYetCount() throws Exception {
        OperatorSubtaskState snapshot = checkpointFive();
        try (RouteHarness routing = RouteHarness.restore(CONFIG, snapshot, 5)) {
            Measurement other = ofDecision(scored(GOLD, "b", LARGE, 0, 90, true), decision + 1);
            routing.feedback(afterFailures(other, 4).written(firstRun, 5));

            assertThat(routing.known(GOLD).sla().repeatJoules).isEqualTo(94);
            assertThat(routing.metric(JobMetric.FEEDBACK_STALE)).isOne();
            assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isZero();

            long again = routing.request(GOLD, "b").decision();
            Measurement answer = ofDecision(scored(GOLD, "b", SMALL, 1, 9, true), again);
            routing.feedback(routing.writtenNow(answer, 5));
            assertThat(routing.known(GOLD).sla().queue.scoreSum).isOne();
            assertThat(routing.known(GOLD).sla().joules).isEqualTo(103);
        }
    }

    @Test
    void whatWasUndoneStaysUndoneAfterMoreRestores() throws Exception {
        OperatorSubtaskState five = checkpointFive();
        OperatorSubtaskState eight;
        String secondRun;
        try (RouteHarness second = RouteHarness.restore(CONFIG, five, 5)) {
            secondRun = second.run();
            eight = second.snapshot(8);
        }
        try (RouteHarness third = RouteHarness.restore(CONFIG, eight, 8)) {
            assertUndone(third, firstRun, 7, true); // by the restore from 5
            assertUndone(third, firstRun, 4, false);
            assertUndone(third, secondRun, 7, false); // committed with 8
            assertUndone(third, secondRun, 8, true);
            assertUndone(third, third.run(), 8, false);
            assertUndone(third, third.run(), 12, false);
        }
    }

    @Test
    void historyThatAnOlderSavepointBranchesOffFromIsUndone() throws Exception {
        OperatorSubtaskState five = checkpointFive();
        OperatorSubtaskState six;
        try (RouteHarness second = RouteHarness.restore(CONFIG, five, 5)) {
            six = second.snapshot(6);
        }
        try (RouteHarness again = RouteHarness.restore(CONFIG, six, 6)) {
            // The first run had gone on to checkpoint 20.
            assertUndone(again, firstRun, 19, true);
        }
    }

    @Test
    void startWithoutACheckpointKnowsNoOtherStart() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            assertUndone(routing, "of-another-job", 40, true);
            assertUndone(routing, routing.run(), 0, false);
        }
    }

    @Test
    void onlySomeStartsAreKept() throws Exception {
        OperatorSubtaskState snapshot = checkpointFive();
        for (int checkpoint = 6; checkpoint < 40; checkpoint++) {
            try (RouteHarness next = RouteHarness.restore(CONFIG, snapshot, checkpoint - 1)) {
                snapshot = next.snapshot(checkpoint);
            }
        }
        try (RouteHarness routing = RouteHarness.restore(CONFIG, snapshot, 39)) {
            assertUndone(routing, firstRun, 4, false); // forgotten, and older than all
            assertUndone(routing, firstRun, 39, true);
        }
    }

    @Test
    void everySubtaskKnowsTheStartsAfterRescaling() throws Exception {
        OperatorSubtaskState five = checkpointFive();
        OperatorSubtaskState[] shares = new OperatorSubtaskState[3];
        for (int subtask = 0; subtask < shares.length; subtask++) {
            OperatorSubtaskState share =
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            five, MAX_PARALLELISM, 1, shares.length, subtask);
            try (RouteHarness routing =
                    RouteHarness.restore(CONFIG, share, subtask, shares.length, 5)) {
                assertUndone(routing, firstRun, 4, false);
                assertUndone(routing, firstRun, 5, true);
                shares[subtask] = routing.snapshot(8);
            }
        }
        OperatorSubtaskState together =
                AbstractStreamOperatorTestHarness.repartitionOperatorState(
                        AbstractStreamOperatorTestHarness.repackageState(shares),
                        MAX_PARALLELISM,
                        shares.length,
                        1,
                        0);
        try (RouteHarness one = RouteHarness.restore(CONFIG, together, 8)) {
            assertUndone(one, firstRun, 4, false);
            assertUndone(one, firstRun, 7, true);
        }
    }

    /** Asks by a measurement of a request that is not known. */
    private static void assertUndone(
            RouteHarness routing, String run, long checkpoint, boolean undone) throws Exception {
        for (String sla : new String[] {GOLD, "silver", "bronze"}) {
            if (!routing.owns(sla)) {
                continue;
            }
            double before = routing.metric(JobMetric.FEEDBACK_STALE);
            Measurement measured = ofDecision(scored(sla, "unknown", SMALL, 1, 9, true), 7);
            routing.feedback(measured.written(run, checkpoint));
            assertThat(routing.metric(JobMetric.FEEDBACK_STALE) - before).isEqualTo(undone ? 1 : 0);
        }
    }

    @Test
    void usersAreBelievedWhicheverAttemptTheyRate() throws Exception {
        OperatorSubtaskState snapshot = checkpointFive();
        try (RouteHarness routing = RouteHarness.restore(CONFIG, snapshot, 5)) {
            routing.feedback(FeedbackFixtures.label(GOLD, "a", SMALL, 1));
            routing.feedback(
                    routing.writtenNow(
                            ofDecision(FeedbackFixtures.served(GOLD, "a", SMALL, 9), decision), 5));
            assertThat(routing.known(GOLD).sla().queue.scoreSum).isOne();
        }
    }
}
