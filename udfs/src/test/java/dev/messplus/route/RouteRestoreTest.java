package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.failed;
import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.fixture.FeedbackFixtures.unavailable;
import static dev.messplus.route.RouteHarness.LARGE;
import static dev.messplus.route.RouteHarness.MAX_PARALLELISM;
import static dev.messplus.route.RouteHarness.NOW;
import static dev.messplus.route.RouteHarness.SCORE_PER_LOG_JOULES;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.TIMEOUT;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.embedding;
import static dev.messplus.route.RouteHarness.exploiting;
import static dev.messplus.route.RouteHarness.exploring;
import static dev.messplus.route.RouteHarness.onQAndDriftAlone;
import static dev.messplus.route.RouteHarness.plain;
import static dev.messplus.route.RouteHarness.probing;
import static dev.messplus.route.RouteHarness.routing;
import static dev.messplus.route.RouteHarness.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Mode;
import dev.messplus.record.Measurement;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import dev.messplus.route.config.RoutingConfig.ZooModel;
import dev.messplus.route.config.RoutingConfigZooModelBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots, and what may change between one and its restore. */
class RouteRestoreTest {

    private static final String GOLD = "gold";
    private static final String[] SLAS = {GOLD, "silver", "bronze", "iron", "tin", "zinc"};

    /** The stream preset, which asks one model beside the chosen one now and then. */
    private static final RoutingConfig STREAM = config(stream(0.6, 1), SLAS);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void restoredRunGoesOnAsIfItHadNeverStopped(long seed) throws Exception {
        Traffic traffic = new Traffic(seed);
        List<RoutedRequest> decisions;
        List<RoutedRequest> decisionsAfterRestore;
        try (RouteHarness uninterrupted = RouteHarness.start(STREAM)) {
            traffic.play(uninterrupted, 0, 150);
            OperatorSubtaskState snapshot = uninterrupted.snapshot();
            int before = uninterrupted.decisions().size();
            traffic.play(uninterrupted, 150, 300);
            decisions = uninterrupted.decisions();
            decisions = decisions.subList(before, decisions.size());
            try (RouteHarness restored = RouteHarness.restore(STREAM, snapshot)) {
                traffic.play(restored, 150, 300);
                decisionsAfterRestore = restored.decisions();
                assertSameState(restored, uninterrupted);
                assertThat(restored.numEventTimeTimers())
                        .isEqualTo(uninterrupted.numEventTimeTimers())
                        .isPositive();
            }
        }
        assertThat(decisions).extracting(RoutedRequest::mode).contains(Mode.EXPLORE, Mode.EXPLOIT);
        assertThat(decisionsAfterRestore)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("decision")
                .isEqualTo(decisions);
    }

    @Test
    void whatIsSharedAndBelievedAndWasSentSurvives() throws Exception {
        RoutingConfig config = config(stream(0.6, 0.5), GOLD);
        try (RouteHarness routing = RouteHarness.start(config)) {
            for (int i = 0; i < 80; i++) {
                float hard = i % 2;
                RoutedRequest decision = routing.request(GOLD, "r" + i, hard, 1 - hard);
                for (int rank = decision.asked() - 1; i % 8 != 7 && rank >= 0; rank--) {
                    String model = decision.ranking().get(rank);
                    double score = model.equals(LARGE) ? 1 : 1 - hard;
                    double joules = model.equals(LARGE) ? 90 : 9;
                    routing.feedback(scored(GOLD, "r" + i, model, score, joules, rank == 0));
                }
            }
            RouteHarness.Known known = routing.known(GOLD);
            assertThat(known.shared().accuracy.labels).isPositive();
            assertThat(known.models().values())
                    .hasSize(2)
                    .allSatisfy(model -> assertThat(model.accuracy.own.labels).isPositive());
            assertThat(asked(known)).isGreaterThan(80);
            assertThat(known.sla().probeAllowanceJoules).isNotZero();
            try (RouteHarness restored = RouteHarness.restore(config, routing.snapshot())) {
                restored.known(GOLD).assertSameAs(known);
                RoutedRequest easy = restored.request(GOLD, "easy", 0, 1);
                RoutedRequest hard = restored.request(GOLD, "hard", 1, 0);
                assertThat(predicted(easy, SMALL)).isGreaterThan(predicted(hard, SMALL) + 0.2);
                assertThat(easy)
                        .usingRecursiveComparison()
                        .ignoringFields("decision")
                        .isEqualTo(routing.request(GOLD, "easy", 0, 1));
                assertThat(hard)
                        .usingRecursiveComparison()
                        .ignoringFields("decision")
                        .isEqualTo(routing.request(GOLD, "hard", 1, 0));
                restored.known(GOLD).assertSameAs(routing.known(GOLD));
            }
        }
    }

    @Test
    void rescalingKeepsAllStateAndAllTimers() throws Exception {
        Traffic traffic = new Traffic(4);
        try (RouteHarness one = RouteHarness.start(STREAM)) {
            traffic.play(one, 0, 200);
            OperatorSubtaskState[] shares = new OperatorSubtaskState[2];
            try (RouteHarness first = share(one.snapshot(), 0);
                    RouteHarness second = share(one.snapshot(), 1)) {
                assertThat(first.numEventTimeTimers() + second.numEventTimeTimers())
                        .isEqualTo(one.numEventTimeTimers())
                        .isPositive();
                assertThat(first.numEventTimeTimers()).isPositive();
                assertThat(second.numEventTimeTimers()).isPositive();
                for (String sla : SLAS) {
                    RouteHarness owner = subtaskOf(sla) == 0 ? first : second;
                    owner.known(sla).assertSameAs(one.known(sla));
                }
                shares[0] = first.snapshot();
                shares[1] = second.snapshot();
            }
            OperatorSubtaskState together =
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            AbstractStreamOperatorTestHarness.repackageState(shares),
                            MAX_PARALLELISM,
                            2,
                            1,
                            0);
            try (RouteHarness again = RouteHarness.restore(STREAM, together)) {
                assertSameState(again, one);
                assertThat(again.numEventTimeTimers()).isEqualTo(one.numEventTimeTimers());
                traffic.play(one, 200, 300);
                traffic.play(again, 200, 300);
                assertSameState(again, one);
            }
        }
    }

    @Test
    void modelThatLeftIsForgottenButItsRequestsStillResolve() throws Exception {
        OperatorSubtaskState snapshot = snapshotOf(exploring(), "a", "b");
        try (RouteHarness routing =
                RouteHarness.restore(config(Map.of(GOLD, exploring()), LARGE), snapshot)) {
            assertThat(routing.known(GOLD).models()).containsOnlyKeys(LARGE);

            routing.feedback(scored(GOLD, "b", SMALL, 1, 9, true));
            routing.feedback(scored(GOLD, "b", LARGE, 0, 90, false));

            RouteHarness.Known known = routing.known(GOLD);
            assertThat(known.pending()).isEmpty();
            assertThat(routing.numEventTimeTimers()).isZero();
            assertThat(known.sla().queue.labelled).isEqualTo(2);
            assertThat(known.models()).containsOnlyKeys(LARGE);
            assertThat(known.models().get(LARGE).accuracy.labels).isEqualTo(2);
            assertThat(known.sla().asked).containsOnlyKeys(LARGE);
            assertThat(routing.request(GOLD, "c").ranking()).containsExactly(LARGE);
        }
    }

    @Test
    void modelThatCameBackStartsCold() throws Exception {
        OperatorSubtaskState snapshot = snapshotOf(probing(), "a");
        try (RouteHarness without =
                RouteHarness.restore(config(Map.of(GOLD, probing()), LARGE), snapshot)) {
            snapshot = without.snapshot();
        }
        try (RouteHarness routing = RouteHarness.restore(config(probing(), GOLD), snapshot)) {
            RoutedRequest decision = routing.request(GOLD, "c");
            assertThat(decision.ranking()).containsExactlyInAnyOrder(SMALL, LARGE);
            int small = decision.ranking().indexOf(SMALL);
            // What its prompts have in common is known, but nothing of its own but its joules.
            RouteHarness.Known known = routing.known(GOLD);
            double[] shared = known.shared().accuracy.weights;
            assertThat(decision.predictedScores()[small])
                    .isCloseTo(
                            shared[0] + shared[1] - SCORE_PER_LOG_JOULES * Math.log(90. / 10) / 2,
                            within(1e-12));
            assertThat(known.sla().asked).containsOnly(Map.entry(SMALL, 1L), Map.entry(LARGE, 2L));
            assertThat(decision.estimatedJoules()[small]).isEqualTo(RouteHarness.SMALL_JOULES);
            assertThat(decision.estimatedJoules()[1 - small]).isEqualTo(90);
        }
    }

    @Test
    void modelThatJoinsStartsColdBesideWhatIsKnownOfTheOthers() throws Exception {
        OperatorSubtaskState snapshot = snapshotOf(exploring(), "a");
        RoutingConfig larger = config(Map.of(GOLD, exploring()), SMALL, "medium", LARGE);
        try (RouteHarness routing = RouteHarness.restore(larger, snapshot)) {
            assertThat(routing.request(GOLD, "c").ranking())
                    .containsExactlyInAnyOrder(SMALL, "medium", LARGE);
            routing.feedback(scored(GOLD, "c", "medium", 1, 50, true));
            assertThat(routing.known(GOLD).models().get("medium").accuracy.labels).isOne();
            assertThat(routing.known(GOLD).models().get(LARGE).accuracy.labels).isOne();
        }
    }

    @Test
    void whatIsExpectedOfAModelIsAsConfiguredNow() throws Exception {
        RoutingConfig expecting = expecting(config(exploring(), GOLD), 0.8, 0.9);
        OperatorSubtaskState snapshot;
        try (RouteHarness routing = RouteHarness.start(expecting)) {
            routing.request(GOLD, "a");
            assertThat(routing.known(GOLD).models().get(SMALL).expectedScore).isEqualTo(0.8);
            assertThat(routing.known(GOLD).models().get(LARGE).expectedScore).isEqualTo(0.9);
            snapshot = routing.snapshot();
        }
        expecting = expecting(expecting, 0.7, Double.NaN);
        try (RouteHarness routing = RouteHarness.restore(expecting, snapshot)) {
            routing.request(GOLD, "b");
            assertThat(routing.known(GOLD).models().get(SMALL).expectedScore).isEqualTo(0.7);
            assertThat(routing.known(GOLD).models().get(LARGE).expectedScore).isNaN();
        }
    }

    private static RoutingConfig expecting(RoutingConfig config, double... scores) {
        List<ZooModel> zoo = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            ZooModel model = config.zoo().get(i);
            zoo.add(RoutingConfigZooModelBuilder.builder(model).expectedScore(scores[i]).build());
        }
        return new RoutingConfig(zoo, config.slas(), config.embedding(), TIMEOUT);
    }

    @Test
    void modelWhoseBreakerIsOpenIsStillLeftAlone() throws Exception {
        RoutingConfig config = config(exploiting(), GOLD);
        OperatorSubtaskState snapshot;
        try (RouteHarness routing = RouteHarness.start(config)) {
            routing.request(GOLD, "a");
            routing.feedback(unavailable(failed(GOLD, "a", SMALL, false), 30_000));
            snapshot = routing.snapshot();
        }
        try (RouteHarness routing = RouteHarness.restore(config, snapshot)) {
            assertThat(routing.request(GOLD, "b").ranking()).containsExactly(LARGE, SMALL);
            routing.setProcessingTime(NOW + 30_000);
            assertThat(routing.request(GOLD, "c").ranking()).containsExactly(SMALL, LARGE);
        }
    }

    @Test
    void slaThatLeftIsDroppedAndItsTimerFindsNothing() throws Exception {
        OperatorSubtaskState snapshot;
        try (RouteHarness routing =
                RouteHarness.start(config(exploiting(), GOLD, "silver", "idle"))) {
            routing.request(GOLD, "a");
            routing.request("silver", "b");
            routing.request("idle", "c");
            routing.feedback(scored("idle", "c", SMALL, 1, 9, true));
            snapshot = routing.snapshot();
        }
        try (RouteHarness routing = RouteHarness.restore(config(exploiting(), GOLD), snapshot)) {
            assertThat(routing.known("silver").isEmpty()).isTrue();
            assertThat(routing.known("idle").isEmpty()).isTrue();

            routing.feedbackUntil(NOW + TIMEOUT);

            assertThat(routing.numEventTimeTimers()).isZero();
            assertThat(routing.known("silver").isEmpty()).isTrue();
            assertThat(routing.known(GOLD).sla().expired).isOne();
        }
    }

    @Test
    void newAlphaIsOwedFromTheRestoreOn() throws Exception {
        OperatorSubtaskState snapshot = snapshotOf(exploiting(), "a", "b");
        SlaRouting stricter = routing(plain(0.9), onQAndDriftAlone());
        try (RouteHarness routing = RouteHarness.restore(config(stricter, GOLD), snapshot)) {
            RouteHarness.Known known = routing.known(GOLD);
            double inherited = known.sla().queue.q;
            RoutedRequest decision = routing.request(GOLD, "c");
            // What is forecast of b now: the label of a came after its decision.
            int small = decision.ranking().indexOf(SMALL);
            double predicted = decision.predictedScores()[small];
            assertThat(predicted).isNotEqualTo(known.pending().get("b").predicted);
            assertThat(decision.pressure()).isCloseTo(inherited + 0.9 - predicted, within(1e-12));

            routing.feedback(scored(GOLD, "b", SMALL, 0, 9, true));
            assertThat(routing.known(GOLD).sla().queue.q).isCloseTo(inherited + 0.9, within(1e-12));
        }
    }

    @Test
    void whatWasLearnedOfFeaturesGoesWithTheirEmbedding() throws Exception {
        RoutingConfig before = config(probing(), GOLD);
        RoutingConfig after = expecting(embedding(before, "another"), 0.5, 0.7);
        OperatorSubtaskState snapshot = snapshotOf(probing(), "a", "b");
        try (RouteHarness routing = RouteHarness.restore(before, snapshot)) {
            assertThat(routing.known(GOLD).shared().accuracy.labels).isEqualTo(3);
        }
        try (RouteHarness routing = RouteHarness.restore(after, snapshot)) {
            // Its features are of the embedding before.
            routing.feedback(scored(GOLD, "b", LARGE, 1, 90, true));
            assertThat(routing.known(GOLD).shared().accuracy.weights).isEmpty();
            assertThat(routing.known(GOLD).models().get(LARGE).accuracy.labels).isEqualTo(2);
            assertThat(routing.known(GOLD).models().get(LARGE).accuracy.mean)
                    .isCloseTo(0.95, within(1e-12));

            RoutedRequest decision = routing.request(GOLD, "c", 0, 1);

            // Of alpha .6 the owner expects .1 more, which counts as 10 labels, and 2 were .95.
            assertThat(predicted(decision, LARGE))
                    .isCloseTo(0.6 + (10 * 0.1 + 2 * 0.35) / 12, within(1e-12));
            routing.feedback(scored(GOLD, "c", LARGE, 1, 90, true));
            assertThat(routing.known(GOLD).shared().accuracy.labels).isOne();
            snapshot = routing.snapshot();
        }
        try (RouteHarness routing = RouteHarness.restore(after, snapshot)) {
            assertThat(routing.known(GOLD).shared().accuracy.labels).isOne();
        }
    }

    private static double predicted(RoutedRequest decision, String model) {
        return decision.predictedScores()[decision.ranking().indexOf(model)];
    }

    private static long asked(RouteHarness.Known known) {
        return known.sla().asked.values().stream().mapToLong(asked -> asked).sum();
    }

    /** Of requests whose first is complete, the small model being bad, and whose others wait. */
    private static OperatorSubtaskState snapshotOf(SlaRouting settings, String... ids)
            throws Exception {
        try (RouteHarness routing = RouteHarness.start(config(settings, GOLD))) {
            if (settings.equals(probing())) {
                routing.fund(GOLD);
            }
            for (String id : ids) {
                routing.request(GOLD, id);
            }
            routing.feedback(scored(GOLD, ids[0], SMALL, 0.1, 9, true));
            routing.feedback(scored(GOLD, ids[0], LARGE, 0.9, 90, false));
            return routing.snapshot();
        }
    }

    private static RouteHarness share(OperatorSubtaskState snapshot, int subtask) throws Exception {
        OperatorSubtaskState share =
                AbstractStreamOperatorTestHarness.repartitionOperatorState(
                        snapshot, MAX_PARALLELISM, 1, 2, subtask);
        return RouteHarness.restore(STREAM, share, subtask, 2);
    }

    private static int subtaskOf(String sla) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(sla, MAX_PARALLELISM, 2);
    }

    private static void assertSameState(RouteHarness actual, RouteHarness expected)
            throws Exception {
        for (String sla : SLAS) {
            actual.known(sla).assertSameAs(expected.known(sla));
        }
    }

    /** Requests of all SLAs, and feedback that comes late, out of order, twice or never. */
    private static final class Traffic {

        private final List<Step> steps = new ArrayList<>();

        private interface Step {
            void play(RouteHarness routing) throws Exception;
        }

        Traffic(long seed) {
            Random random = new Random(seed);
            List<Step> waiting = new ArrayList<>();
            for (int i = 0; steps.size() < 300; i++) {
                request(i, random, waiting);
                Collections.shuffle(waiting, random);
                for (int answered = random.nextInt(4);
                        answered > 0 && !waiting.isEmpty();
                        answered--) {
                    steps.add(waiting.remove(0));
                }
            }
        }

        private void request(int i, Random random, List<Step> waiting) {
            String sla = SLAS[random.nextInt(SLAS.length)];
            String id = "r" + i;
            long time = NOW + i * 500L;
            float[] features = {random.nextFloat(), random.nextFloat()};
            steps.add(
                    routing -> {
                        routing.setProcessingTime(time);
                        routing.feedbackUntil(time - 1);
                        routing.request(sla, id, features);
                    });
            if (random.nextInt(5) == 0) {
                return; // nothing is ever heard of it
            }
            Measurement large = scored(sla, id, LARGE, random.nextDouble(), 80 + i, true);
            Measurement small =
                    scored(sla, id, SMALL, random.nextDouble(), 8 + i, random.nextBoolean());
            waiting.add(routing -> routing.feedback(large));
            waiting.add(routing -> routing.feedback(small));
            if (random.nextInt(5) == 0) {
                waiting.add(routing -> routing.feedback(large));
            }
        }

        void play(RouteHarness routing, int from, int to) throws Exception {
            for (Step step : steps.subList(from, to)) {
                step.play(routing);
            }
        }
    }
}
