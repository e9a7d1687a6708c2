package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.cli.rest.SlaView.ModelView;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;

class JobMetricsReaderTest {

    private static final String GOLD = "1.route.sla.gold_plus.shard.0.";

    private static final int SUBTASKS = 3;

    private final JobMetricsReader metrics =
            new JobMetricsReader(
                    List.of("gold.plus", "tin"), List.of("small-1.1", "large"), SUBTASKS);

    @Test
    void onlyTheMetricsOfSlasThatAreShownAreRead() {
        assertThat(JobMetricsReader.isOfInterest("0.route.sla.gold.shard.0.q")).isTrue();
        assertThat(JobMetricsReader.isOfInterest("12.route.sla.gold.shard.0.model.large.served"))
                .isTrue();
        assertThat(JobMetricsReader.isOfInterest("0.route.sla.gold.shard.0.joulesPerScore"))
                .isFalse();
        assertThat(JobMetricsReader.isOfInterest("0.route.sla.gold.shard.0.model.large.q"))
                .isFalse();
    }

    @Test
    void anSlaIsReadFromAnySubtaskAndHasItsOwnName() {
        metrics.put(GOLD + "alpha", "0.75");
        metrics.put(GOLD + "score", "0.8");
        metrics.put(GOLD + "windowScore", "0.9");
        metrics.put(GOLD + "scoreEstimate", "0.79");
        metrics.put(GOLD + "scoreLowerBound", "0.77");
        metrics.put(GOLD + "unratedStreak", "7");
        metrics.put(GOLD + "unratedStreakLimit", "100");
        metrics.put(GOLD + "q", "1.5");
        metrics.put(GOLD + "deficit", "-2");
        metrics.put(GOLD + "requests", "4000000000");
        metrics.put(GOLD + "inFlight", "3");
        metrics.put(GOLD + "energyJoules", "8e9");
        metrics.put(GOLD + "repeatJoules", "12");
        metrics.put(GOLD + "mostExpensiveJoulesEstimate", "9");
        metrics.put(GOLD + "staticMixJoulesEstimate", "3");
        metrics.put(GOLD + "reachableScoreEstimate", "0.8");
        metrics.put(GOLD + "expired", "5");
        metrics.put(GOLD + "failed", "6");
        metrics.put("0.route.sla.tin.shard.0.requests", "0");

        assertThat(metrics.slas())
                .containsExactly(
                        SlaViewBuilder.builder()
                                .name("gold.plus")
                                .alpha(0.75)
                                .score(0.8)
                                .windowScore(0.9)
                                .scoreEstimate(0.79)
                                .scoreLowerBound(0.77)
                                .unratedStreak(7L)
                                .unratedStreakLimit(100L)
                                .q(1.5)
                                .deficit(-2.0)
                                .requests(4_000_000_000L)
                                .inFlight(3L)
                                .energyJoules(8e9 - 12)
                                .repeatJoules(12.0)
                                .joulesPerRequest((8e9 - 12) / (4e9 - 6))
                                .mostExpensiveJoulesEstimate(9.0)
                                .staticMixJoulesEstimate(3.0)
                                .reachableScoreEstimate(0.8)
                                .expired(5L)
                                .failed(6L)
                                .models(List.of())
                                .build(),
                        SlaViewBuilder.builder()
                                .name("tin")
                                .requests(0L)
                                .models(List.of())
                                .build());
    }

    @Test
    void modelsAreInTheOrderOfTheZooAndOthersComeLast() {
        metrics.put(GOLD + "model.a.served", "0");
        metrics.put(GOLD + "model.large.served", "1");
        metrics.put(GOLD + "model.small-1_1.served", "3");
        metrics.put(GOLD + "model.small-1_1.labels", "4");
        metrics.put(GOLD + "model.small-1_1.meanScore", "0.5");
        // The prior, because there is no label yet.
        metrics.put(GOLD + "model.large.labels", "0");
        metrics.put(GOLD + "model.large.meanScore", "0.5");
        metrics.put(GOLD + "model.small-1_1.joulesPerRequest", "7");
        metrics.put(GOLD + "model.small-1_1.priceJoules", "3");
        metrics.put(GOLD + "model.small-1_1.energyUncertaintyRelative", "0.04");
        metrics.put(GOLD + "model.small-1_1.available", "0");
        metrics.put(GOLD + "model.small-1_1.energyEstimated", "1");
        metrics.put(GOLD + "model.large.energyEstimated", "0");
        metrics.put(GOLD + "model.large.available", "1");

        assertThat(metrics.slas().get(0).energyEstimated()).isTrue();
        assertThat(metrics.slas().get(0).models())
                .containsExactly(
                        new ModelView(
                                "small-1.1",
                                3L,
                                0.75,
                                0.5,
                                7.0,
                                3.0,
                                0.04,
                                true,
                                false,
                                null,
                                null),
                        new ModelView(
                                "large", 1L, 0.25, null, null, null, null, false, true, null, null),
                        new ModelView(
                                "a", 0L, 0.0, null, null, null, null, false, null, null, null));
    }

    @Test
    void aValueThatIsNotFiniteIsUnknown() {
        metrics.put(GOLD + "requests", "0");
        metrics.put(GOLD + "score", "NaN");
        metrics.put(GOLD + "energyJoules", "0");
        metrics.put(GOLD + "model.large.served", "0");

        SlaView sla = metrics.slas().get(0);
        assertThat(sla.score()).isNull();
        assertThat(sla.joulesPerRequest()).isNull();
        assertThat(sla.models().get(0).servedShare()).isNull();
    }

    /** Flink keeps what a subtask said of an SLA that another one has by now. */
    @Test
    void anSlaIsReadFromTheSubtaskThatHasIt() {
        int owner = KeyGroupRangeAssignment.assignKeyToParallelOperator("tin", 128, SUBTASKS);
        for (int subtask = 0; subtask < SUBTASKS; subtask++) {
            // The last checkpoint, from which the job was restored, had fewer than the others.
            put(
                    subtask + ".route.sla.tin.shard.0.",
                    Map.of("requests", subtask == owner ? 20.0 : 238.0, "q", subtask + 1.0));
        }

        SlaView tin = metrics.slas().get(0);
        assertThat(tin.requests()).isEqualTo(20);
        assertThat(tin.q()).isEqualTo(owner + 1.0);
    }

    @Test
    void anSlaWhoseSubtaskSaysNothingIsReadFromTheOneThatHasCountedMost() {
        int owner = KeyGroupRangeAssignment.assignKeyToParallelOperator("tin", 128, SUBTASKS);
        for (int subtask = 0; subtask < SUBTASKS; subtask++) {
            if (subtask != owner) {
                put(subtask + ".route.sla.tin.shard.0.", Map.of("requests", 10.0 * (subtask + 1)));
            }
        }

        assertThat(metrics.slas().get(0).requests()).isEqualTo(owner == SUBTASKS - 1 ? 20 : 30);
    }

    @Test
    void anSlaIsShownAsAWholeAndByShard() {
        String one = "0.route.sla.gold_plus.shard.1.";
        String ten = "3.route.sla.gold_plus.shard.10.";
        assertThat(JobMetricsReader.isOfInterest(ten + "q")).isTrue();
        assertThat(JobMetricsReader.isOfInterest(ten + "model.large.served")).isTrue();
        put(one, Map.of("alpha", 0.7, "q", 1.5, "deficit", -3.0, "requests", 10.0));
        put(ten, Map.of("alpha", 0.7, "q", 0.5, "deficit", 1.0, "requests", 30.0));
        put(one, Map.of("score", 0.5, "labelled", 8.0, "windowScore", 0.5, "windowLabelled", 8.0));
        put(ten, Map.of("score", 0.9, "labelled", 24.0, "windowScore", 1.0, "windowLabelled", 2.0));
        put(one, Map.of("scoreEstimate", 0.5, "scoreLowerBound", 0.25, "settled", 5.0));
        put(ten, Map.of("scoreEstimate", 0.9, "scoreLowerBound", 0.85, "settled", 15.0));
        put(one, Map.of("energyJoules", 100.0, "unratedStreak", 5.0, "unratedStreakLimit", 100.0));
        put(one, Map.of("mostExpensiveJoulesEstimate", 10.0, "staticMixJoulesEstimate", 2.0));
        put(ten, Map.of("mostExpensiveJoulesEstimate", 20.0, "staticMixJoulesEstimate", 6.0));
        put(ten, Map.of("repeatJoules", 8.0));
        put(ten, Map.of("energyJoules", 60.0, "inFlight", 4.0, "failed", 2.0, "expired", 3.0));
        String large = "model.large.";
        put(one + large, Map.of("served", 1.0, "labels", 1.0, "meanScore", 0.2, "available", 1.0));
        put(ten + large, Map.of("served", 2.0, "labels", 3.0, "meanScore", 1.0, "available", 0.0));
        put(one + large, Map.of("joulesPerRequest", 4.0, "energyEstimated", 0.0));
        put(ten + large, Map.of("joulesPerRequest", 6.0, "energyEstimated", 1.0));
        put(ten + "model.small-1_1.", Map.of("served", 9.0));

        List<SlaView> views = metrics.slas();
        assertThat(views)
                .extracting(SlaView::name)
                .containsExactly("gold.plus", "gold.plus, shard 1", "gold.plus, shard 10");
        assertThat(views).extracting(SlaView::shard).containsExactly(null, 1, 10);
        SlaView whole = views.get(0);
        assertThat(whole.energyJoules()).isEqualTo(152);
        assertThat(whole.alpha()).isEqualTo(0.7);
        assertThat(whole.q()).isEqualTo(2);
        assertThat(whole.deficit()).isEqualTo(-2);
        assertThat(whole.requests()).isEqualTo(40);
        assertThat(whole.inFlight()).isEqualTo(4);
        assertThat(whole.failed()).isEqualTo(2);
        assertThat(whole.expired()).isEqualTo(3);
        // Without the 8 J of repeats and the 2 requests that failed.
        assertThat(whole.joulesPerRequest()).isEqualTo(4);
        assertThat(whole.mostExpensiveJoulesEstimate()).isEqualTo(17.5);
        assertThat(whole.staticMixJoulesEstimate()).isEqualTo(5);
        assertThat(whole.score()).isCloseTo(0.8, within(1e-12));
        assertThat(whole.windowScore()).isCloseTo(0.6, within(1e-12));
        assertThat(whole.scoreEstimate()).isCloseTo(0.8, within(1e-12));
        assertThat(whole.scoreLowerBound()).isCloseTo(0.7, within(1e-12));
        assertThat(whole.unratedStreak()).isNull();
        assertThat(views.get(1).unratedStreak()).isEqualTo(5);
        assertThat(whole.models())
                .containsExactly(
                        new ModelView(
                                "small-1.1",
                                9L,
                                0.75,
                                null,
                                null,
                                null,
                                null,
                                false,
                                null,
                                null,
                                null),
                        new ModelView(
                                "large", 3L, 0.25, 0.8, 5.0, null, null, true, false, null, null));
        assertThat(views.get(2).models().get(1))
                .isEqualTo(
                        new ModelView(
                                "large", 2L, 2 / 11.0, 1.0, 6.0, null, null, true, false, null,
                                null));
    }

    @Test
    void auditsOfAllShardsAddUpAndAScorerThatOneSetsAsideIsSaid() {
        String one = "0.route.sla.tin.shard.0.";
        String two = "0.route.sla.tin.shard.1.";
        put(one, Map.of("auditsDrawn", 5.0, "auditsAnswered", 3.0, "auditsUnanswered", 2.0));
        put(two, Map.of("auditsDrawn", 7.0, "auditsAnswered", 6.0, "auditsUnanswered", 0.0));
        put(one, Map.of("judgeUselessProbability", 0.2));
        put(two, Map.of("judgeUselessProbability", 0.995));
        put(one + "model.large.", Map.of("labels", 1.0, "judgeBias", 0.1));
        put(two + "model.large.", Map.of("labels", 3.0, "judgeBias", -0.1));
        put(one + "model.large.", Map.of("judgeBiasDeviation", 0.03));
        put(two + "model.large.", Map.of("judgeBiasDeviation", 0.01));

        SlaView whole = metrics.slas().get(0);
        assertThat(whole.judge()).isEqualTo(new SlaView.JudgeView(12, 9, 2, 0.995));
        assertThat(whole.models().get(0).judgeBias()).isCloseTo(-0.05, within(1e-12));
        assertThat(whole.models().get(0).judgeBiasDeviation()).isCloseTo(0.02, within(1e-12));
        put("0.route.sla.free.shard.0.", Map.of("requests", 1.0));
        assertThat(metrics.slas().get(0).judge()).isNull();
    }

    @Test
    void aShardWithoutLabelsWeighsNothing() {
        put("0.route.sla.tin.shard.0.", Map.of("score", 0.5, "labelled", 8.0));
        put("0.route.sla.tin.shard.1.", Map.of("score", Double.NaN, "labelled", 0.0));
        assertThat(metrics.slas().get(0).score()).isEqualTo(0.5);
        assertThat(metrics.slas().get(0).scoreLowerBound()).isNull();
    }

    @Test
    void onlyTheMetricsOfCallsThatAreShownAreRead() {
        assertThat(JobMetricsReader.isOfInterest("0.infer.model.large.answers")).isTrue();
        assertThat(JobMetricsReader.isOfInterest("12.infer.model.large.callMillis_mean")).isTrue();
        assertThat(JobMetricsReader.isOfInterest("0.infer.model.large.callMillis_p99")).isFalse();
        assertThat(JobMetricsReader.isOfInterest("0.infer.model.large.error.401.failedCalls"))
                .isTrue();
        assertThat(JobMetricsReader.isOfInterest("0.infer.model.large.hedges")).isFalse();
        assertThat(JobMetricsReader.isOfInterest("0.infer.inFlight")).isFalse();
    }

    @Test
    void whatSubtasksCountAndHoldAddsUp() {
        put("0.infer.model.large.", Map.of("inFlight", 3.0, "maxInFlight", 64.0, "waiting", 1.0));
        put("1.infer.model.large.", Map.of("inFlight", 4.0, "maxInFlight", 64.0, "waiting", 0.0));
        put(
                "0.infer.model.large.",
                Map.of("answers", 10.0, "callFailures", 2.0, "breakerState", 0.0));
        put(
                "1.infer.model.large.",
                Map.of("answers", 20.0, "callFailures", 3.0, "breakerState", 2.0));
        put("0.infer.model.large.", Map.of("serverWaiting", 1.5));
        put("1.infer.model.large.", Map.of("serverWaiting", 2.5));
        put("0.infer.model.large.error.401.", Map.of("failedCalls", 2.0));
        put("1.infer.model.large.error.401.", Map.of("failedCalls", 1.0));
        put("1.infer.model.large.error.timeout.", Map.of("failedCalls", 2.0));

        assertThat(metrics.calls())
                .containsExactly(
                        CallsViewBuilder.builder()
                                .model("large")
                                .inFlight(7L)
                                .maxInFlight(128L)
                                .waiting(1L)
                                .serverWaiting(4L)
                                .answers(30L)
                                .callFailures(5L)
                                .errors(Map.of("401", 3L, "timeout", 2L))
                                .breaker("open")
                                .build());
    }

    @Test
    void aMeanWeighsEachSubtaskByTheAnswersInItsHistogram() {
        put("0.infer.model.large.", Map.of("callMillis_mean", 100.0, "answers", 9_000_000.0));
        put("1.infer.model.large.", Map.of("callMillis_mean", 400.0, "answers", 512.0));
        put("2.infer.model.large.", Map.of("callMillis_mean", 0.0, "answers", 0.0));
        put("0.infer.model.large.", Map.of("answerMillijoules_mean", 2_500.0));
        put("0.infer.model.small-1_1.", Map.of("callMillis_mean", Double.NaN, "answers", 0.0));

        List<CallsView> calls = metrics.calls();
        assertThat(calls).extracting(CallsView::model).containsExactly("small-1.1", "large");
        assertThat(calls.get(0).callMillis()).isNull();
        assertThat(calls.get(1).callMillis()).isEqualTo(200);
        assertThat(calls.get(1).answerJoules()).isEqualTo(2.5);
    }

    @Test
    void recordsOfNoUseAreCounted() {
        assertThat(metrics.unused()).isNull();
        metrics.put("0.parse_requests.deadLetters", "1");
        metrics.put("1.parse_feedback.deadLetters", "2");
        metrics.put("0.route.feedbackUnmatched", "3");
        metrics.put("1.route.feedbackUnexpected", "4");
        assertThat(metrics.unused()).isEqualTo(new UnusedRecords(3, 3, 4));
        assertThat(JobMetricsReader.isOfInterest("0.route.feedbackDuplicate")).isFalse();
    }

    private void put(String prefix, Map<String, Double> values) {
        values.forEach((name, value) -> metrics.put(prefix + name, String.valueOf(value)));
    }
}
