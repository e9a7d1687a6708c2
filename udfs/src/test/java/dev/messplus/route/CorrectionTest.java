package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.afterFailures;
import static dev.messplus.fixture.FeedbackFixtures.correction;
import static dev.messplus.fixture.FeedbackFixtures.ofDecision;
import static dev.messplus.fixture.FeedbackFixtures.provisional;
import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.route.RouteHarness.LARGE;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploring;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.account.SlaState;
import dev.messplus.core.cost.WorkModel;
import dev.messplus.record.Correction;
import dev.messplus.record.CorrectionBuilder;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.route.config.RoutingConfig;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** What a meter reports after the record of an answer puts the sums right and is learned from. */
class CorrectionTest {

    private static final String GOLD = "gold";
    private static final RoutingConfig CONFIG = config(exploring(), GOLD);

    @Test
    void sumsArePutRightAfterTheRequestIsOver() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request(GOLD, "a");
            Measurement small = provisional(scored(GOLD, "a", SMALL, 1, 9, true));
            Measurement large = afterFailures(scored(GOLD, "a", LARGE, 1, 90, false), 5);
            routing.feedback(small);
            routing.feedback(provisional(large));
            assertThat(routing.known(GOLD).pending()).isEmpty();
            assertThat(routing.known(GOLD).sla().joules).isEqualTo(104);

            routing.feedback(correction(small, 12, 1, 0));
            routing.feedback(correction(large, 70, 7, 2));

            SlaState sums = routing.known(GOLD).sla();
            assertThat(sums.joules).isEqualTo(12 + 70 + 7);
            assertThat(sums.servedJoules).isEqualTo(12);
            assertThat(sums.failedJoules).isEqualTo(7);
            assertThat(sums.repeatJoules).isZero();
            assertThat(routing.metric("sla.gold.shard.0.model.small.energyUncertaintyRelative"))
                    .isEqualTo(1 / 12.0);
            assertThat(routing.metric("sla.gold.shard.0.model.large.energyEstimated")).isZero();
        }
    }

    /** It is learned once, from the best figure. */
    @Test
    void provisionalJoulesAreNotLearned() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request(GOLD, "a");
            Measurement small = provisional(scored(GOLD, "a", SMALL, 1, 9, true));
            routing.feedback(small);
            assertThat(energy(routing).measurements).isZero();

            routing.feedback(correction(small, 12, 1, 0));

            WorkModel energy = energy(routing);
            assertThat(energy.measurements).isOne();
            assertThat(energy.totalJoules).isEqualTo(12);
            assertThat(energy.joules.meanPromptTokens()).isEqualTo(25);
        }
    }

    @Test
    void aCorrectionOfARepeatBelongsToRepeats() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            long decision = routing.request(GOLD, "a").decision();
            Measurement other = ofDecision(scored(GOLD, "a", SMALL, 1, 9, true), decision + 1);
            routing.feedback(other);
            routing.feedback(correction(other, 12, 1, 0));

            assertThat(routing.known(GOLD).sla().repeatJoules).isEqualTo(12);
            assertThat(routing.known(GOLD).sla().servedJoules).isZero();
        }
    }

    @Test
    void aCorrectionOfAnUndoneAnswerBelongsToRepeats() throws Exception {
        OperatorSubtaskState snapshot;
        Measurement undone;
        String firstRun;
        try (RouteHarness first = RouteHarness.start(CONFIG)) {
            firstRun = first.run();
            undone = ofDecision(scored(GOLD, "a", SMALL, 1, 9, true), 7);
            snapshot = first.snapshot(5);
        }
        try (RouteHarness routing = RouteHarness.restore(CONFIG, snapshot, 5)) {
            routing.request(GOLD, "b");
            Measurement written = undone.written(firstRun, 5);
            routing.feedback(written);
            routing.feedback(correction(written, 12, 1, 3).written(firstRun));

            assertThat(routing.known(GOLD).sla().repeatJoules).isEqualTo(15);
            assertThat(routing.known(GOLD).sla().servedJoules).isZero();
            assertThat(routing.known(GOLD).sla().failedJoules).isZero();
        }
    }

    @Test
    void whatJudgesTakeIsNoExploration() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request(GOLD, "a");
            Measurement small = scored(GOLD, "a", SMALL, 1, 9, true);
            routing.feedback(small);
            routing.feedback(judged(small, 4));
            routing.feedback(judged(ofDecision(small, 7), 2));

            SlaState sums = routing.known(GOLD).sla();
            assertThat(sums.joules).isEqualTo(9 + 4 + 2);
            assertThat(sums.scoringJoules + sums.repeatJoules).isEqualTo(6);
            assertThat(sums.explorationJoules()).isZero();
            assertThat(energy(routing).measurements).isOne();
            assertThat(routing.metric("sla.gold.shard.0.scoringJoules"))
                    .isEqualTo(sums.scoringJoules);
        }
    }

    /** The score of an answer that was served before. */
    @Test
    void aScoreAfterServingIsALabel() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            long decision = routing.request(GOLD, "a").decision();
            Measurement served =
                    ofDecision(scored(GOLD, "a", SMALL, Double.NaN, 9, true), decision);
            routing.feedback(served);
            assertThat(routing.known(GOLD).sla().queue.labelled).isZero();
            Measurement late =
                    MeasurementBuilder.builder()
                            .requestId("a")
                            .sla(GOLD)
                            .model(SMALL)
                            .score(0.25)
                            .afterServing(true)
                            .decision(decision)
                            .build();
            routing.feedback(late);
            routing.feedback(late);

            assertThat(routing.known(GOLD).sla().queue.labelled).isOne();
            assertThat(routing.known(GOLD).sla().queue.scoreSum).isEqualTo(0.25);
        }
    }

    private static Correction judged(Measurement answer, double joules) {
        return CorrectionBuilder.builder()
                .requestId(answer.requestId())
                .sla(answer.sla())
                .model(answer.model())
                .decision(answer.decision())
                .scoringJoules(joules)
                .build();
    }

    private static WorkModel energy(RouteHarness routing) throws Exception {
        return routing.known(GOLD).models().get(SMALL).energy;
    }
}
