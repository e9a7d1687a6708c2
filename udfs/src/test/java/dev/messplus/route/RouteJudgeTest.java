package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.label;
import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.fixture.FeedbackFixtures.unscored;
import static dev.messplus.route.RouteHarness.NOW;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.TIMEOUT;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploiting;
import static dev.messplus.route.RouteHarness.onQAndDriftAlone;
import static dev.messplus.route.RouteHarness.plain;
import static dev.messplus.route.RouteHarness.routing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.LabelSource;
import dev.messplus.core.Priors;
import dev.messplus.metrics.JobMetric;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.config.RoutingConfig;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An SLA whose answers a judge scores and people audit. */
class RouteJudgeTest {

    private static final String GOLD = "gold";
    private static final String SHARD = "sla.gold.shard.0.";
    private static final Offset<Double> CLOSE = within(1e-9);

    /** Little enough that no request of a test is drawn. */
    private static final double NEXT_TO_NONE = 1e-9;

    private RouteHarness routing;

    private static RoutingConfig audited(double share) {
        return labelled(LabelSource.judge(share, true).by("grader"));
    }

    private static RoutingConfig labelled(LabelSource labels) {
        return config(routing(plain(0.6).labels(labels), onQAndDriftAlone()), GOLD);
    }

    @AfterEach
    void close() {
        routing.close();
    }

    private void judge(String id, double score) throws Exception {
        routing.feedback(scored(GOLD, id, SMALL, score, 9, true));
    }

    @Test
    void aRequestWaitsForItsAuditAndCountsAsPeopleSay() throws Exception {
        routing = RouteHarness.start(audited(1));
        assertThat(routing.request(GOLD, "a").audited()).isTrue();
        judge("a", 0.55);
        assertThat(routing.known(GOLD).pending()).containsOnlyKeys("a");
        assertThat(routing.metric(SHARD + "labelled")).isOne();
        assertThat(routing.metric(SHARD + "auditsDrawn")).isOne();

        try (RouteHarness restored = RouteHarness.restore(audited(1), routing.snapshot())) {
            restored.feedback(label(GOLD, "a", SMALL, 0.2));

            assertThat(restored.metric(SHARD + "auditsAnswered")).isOne();
            assertThat(restored.metric(SHARD + "auditsUnanswered")).isZero();
            assertThat(restored.known(GOLD).sla().queue.q).isCloseTo(0.6 - 0.2, CLOSE);
            assertThat(restored.metric(SHARD + "model.small.judgeBias")).isPositive();
            assertThat(restored.metric(SHARD + "model.small.judgeBiasDeviation"))
                    .isLessThan(deviationBefore());
            assertThat(restored.metric(SHARD + "judgeSlope")).isLessThan(Priors.JUDGE_ANSWER_SLOPE);
            assertThat(restored.known(GOLD).pending()).isEmpty();
        }
    }

    private static double deviationBefore() {
        return Math.sqrt(Priors.JUDGE_BIAS_VARIANCE + Priors.JUDGE_OWN_BIAS_VARIANCE);
    }

    @Test
    void anAuditThatNobodyAnswersExpires() throws Exception {
        routing = RouteHarness.start(audited(1));
        routing.request(GOLD, "a");
        judge("a", 0.9);
        double q = routing.known(GOLD).sla().queue.q;

        routing.feedbackUntil(NOW + TIMEOUT);

        assertThat(routing.metric(SHARD + "auditsUnanswered")).isOne();
        assertThat(routing.metric(SHARD + "expired")).isZero();
        assertThat(routing.known(GOLD).sla().queue.q).isEqualTo(q);
        assertThat(routing.known(GOLD).pending()).isEmpty();
    }

    @Test
    void feedbackThatNobodyAskedForHasNoEffect() throws Exception {
        routing = RouteHarness.start(audited(NEXT_TO_NONE));
        RoutedRequest routed = routing.request(GOLD, "a");
        assertThat(routed.audited()).isFalse();
        routing.feedback(label(GOLD, "a", SMALL, 0));
        assertThat(routing.metric(JobMetric.FEEDBACK_UNEXPECTED)).isOne();

        judge("a", 0.9);

        assertThat(routing.known(GOLD).pending()).isEmpty();
        assertThat(routing.metric(SHARD + "auditsDrawn")).isZero();
        assertThat(routing.known(GOLD).shared().judge.audits).isZero();
    }

    /** The owner hires raters for a job that runs. */
    @Test
    void requestsFromBeforeTheJudgeCountAsTheyDid() throws Exception {
        RoutingConfig before = config(exploiting(), GOLD);
        routing = RouteHarness.start(before);
        routing.request(GOLD, "a");

        try (RouteHarness restored = RouteHarness.restore(audited(1), routing.snapshot())) {
            restored.feedback(label(GOLD, "a", SMALL, 0.25));
            restored.feedback(unscored(scored(GOLD, "a", SMALL, 1, 9, true)));
            assertThat(restored.known(GOLD).pending()).isEmpty();
            assertThat(restored.known(GOLD).sla().queue.scoreSum).isEqualTo(0.25);
            assertThat(restored.request(GOLD, "b").audited()).isTrue();
        }
    }

    @Test
    void anotherShareKeepsWhatAuditsSayOfTheJudge() throws Exception {
        assertThat(auditsKnownAfter(LabelSource.judge(0.5, true).by("grader"))).isOne();
    }

    @Test
    void anotherScorerIsAnotherJudge() throws Exception {
        assertThat(auditsKnownAfter(LabelSource.judge(1, true).by("stricter"))).isZero();
    }

    @Test
    void aSignalIsAnotherJudge() throws Exception {
        assertThat(auditsKnownAfter(LabelSource.signal(1, true).by("grader"))).isZero();
    }

    /** Otherwise the bias of a judge that has left would be in every forecast for ever. */
    @Test
    void labelsWithoutAJudgeAreTakenAtTheirWord() throws Exception {
        assertThat(auditsKnownAfter(LabelSource.scorer())).isZero();
    }

    /** An audit is answered, and then the SLA's labels come from elsewhere, over two restarts. */
    private long auditsKnownAfter(LabelSource later) throws Exception {
        routing = RouteHarness.start(audited(1));
        routing.request(GOLD, "a");
        judge("a", 0.9);
        routing.feedback(label(GOLD, "a", SMALL, 0.2));
        assertThat(routing.known(GOLD).shared().judge.audits).isOne();

        RoutingConfig config = labelled(later);
        try (RouteHarness restored = RouteHarness.restore(config, routing.snapshot())) {
            restored.request(GOLD, "b");
            try (RouteHarness again = RouteHarness.restore(config, restored.snapshot())) {
                again.request(GOLD, "c");
                return again.known(GOLD).shared().judge.audits;
            }
        }
    }

    /** What was in flight has scores of the judge that has left. */
    @Test
    void anAuditOfAnEarlierJudgeCountsButTeachesNothing() throws Exception {
        routing = RouteHarness.start(audited(1));
        routing.request(GOLD, "a");
        judge("a", 0.55);
        RoutingConfig later = labelled(LabelSource.judge(1, true).by("stricter"));

        try (RouteHarness restored = RouteHarness.restore(later, routing.snapshot())) {
            restored.feedback(label(GOLD, "a", SMALL, 0.2));

            assertThat(restored.known(GOLD).sla().queue.q).isCloseTo(0.6 - 0.2, CLOSE);
            assertThat(restored.metric(SHARD + "auditsAnswered")).isOne();
            assertThat(restored.known(GOLD).shared().judge.audits).isZero();
        }
    }

    @Test
    void onlyJudgedSlasHaveTheirMetrics() throws Exception {
        routing = RouteHarness.start(config(exploiting(), GOLD));
        routing.request(GOLD, "a");
        assertThat(routing.hasMetric(SHARD + "auditsDrawn")).isFalse();
        assertThat(routing.hasMetric(SHARD + "model.small.judgeBias")).isFalse();
    }
}
