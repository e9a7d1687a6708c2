package dev.messplus.route;

import static dev.messplus.route.RouteHarness.LARGE;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.SMALL_JOULES;
import static dev.messplus.route.RouteHarness.TIMEOUT;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.onQAndDriftAlone;
import static dev.messplus.route.RouteHarness.plain;
import static dev.messplus.route.RouteHarness.routing;
import static dev.messplus.route.RouteHarness.sharded;
import static dev.messplus.route.RouteHarness.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.belief.OutcomeRecorder;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.core.zoo.ModelState;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import dev.messplus.route.config.RoutingConfig.ZooModel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An SLA that begins with recorded outcomes. */
class RouteWarmStartTest {

    private static final String GOLD = "gold";
    private static final SlaRouting NEW = stream(0.6, 0);

    /** Both models answer prompts of features (1, 0), and only the large one those of (0, 1). */
    private static final WarmStart RECORDED = recorded();

    private static final SlaRouting WARM = NEW.beginningWith(RECORDED);

    private static WarmStart recorded() {
        OutcomeRecorder recorder = new OutcomeRecorder("test", List.of(SMALL, LARGE), 2);
        for (int row = 0; row < 400; row++) {
            float hard = row % 2;
            recorder.add(
                    new float[] {1 - hard, hard}, new double[] {1 - hard, 1}, new double[] {3, 30});
        }
        return recorder.result();
    }

    @Test
    void theFirstRequestIsDecidedByWhatWasRecorded() throws Exception {
        try (RouteHarness routing = RouteHarness.start(config(WARM, GOLD))) {
            RoutedRequest easy = routing.request(GOLD, "easy", 1, 0);
            RoutedRequest hard = routing.request(GOLD, "hard", 0, 1);
            assertThat(predicted(easy, SMALL)).isCloseTo(1, within(.1));
            assertThat(predicted(hard, SMALL)).isCloseTo(0, within(.1));
            assertThat(predicted(hard, LARGE)).isCloseTo(1, within(.1));
            assertThat(easy.ranking()).startsWith(SMALL);
            assertThat(hard.ranking()).startsWith(LARGE);
        }
    }

    @Test
    void everyShardBeginsWithIt() throws Exception {
        try (RouteHarness routing =
                RouteHarness.start(config(sharded(NEW, 4).beginningWith(RECORDED), GOLD))) {
            for (int i = 0; i < 20; i++) {
                assertThat(predicted(routing.request(GOLD, "r" + i, 0, 1), SMALL))
                        .isCloseTo(0, within(.1));
            }
        }
    }

    @Test
    void itIsKeptInState() throws Exception {
        try (RouteHarness routing = RouteHarness.start(config(WARM, GOLD))) {
            routing.request(GOLD, "r1", 1, 0);
            try (RouteHarness restored =
                    RouteHarness.restore(config(NEW, GOLD), routing.snapshot())) {
                restored.known(GOLD).assertSameAs(routing.known(GOLD));
                assertThat(restored.known(GOLD).models().get(SMALL).accuracy.labels).isEqualTo(400);
            }
        }
    }

    @Test
    void anSlaThatHasStateIgnoresIt() throws Exception {
        try (RouteHarness routing = RouteHarness.start(config(NEW, GOLD))) {
            routing.request(GOLD, "r1", 1, 0);
            try (RouteHarness restored =
                    RouteHarness.restore(config(WARM, GOLD), routing.snapshot())) {
                restored.known(GOLD).assertSameAs(routing.known(GOLD));
                assertThat(restored.known(GOLD).models().get(SMALL).accuracy.labels).isZero();
            }
        }
    }

    @Test
    void recordedJoulesHoldWhereNoneAreConfigured() throws Exception {
        SlaRouting cheapest = routing(plain(0.6), onQAndDriftAlone()).beginningWith(RECORDED);
        RoutingConfig config =
                new RoutingConfig(
                        List.of(
                                ZooModel.of(SMALL).withPriorJoules(SMALL_JOULES, 0),
                                ZooModel.of(LARGE)),
                        Map.of(GOLD, cheapest),
                        "test",
                        TIMEOUT);
        try (RouteHarness routing = RouteHarness.start(config)) {
            routing.request(GOLD, "r1", 1, 0);
            assertThat(typicalJoules(routing, SMALL)).isEqualTo(SMALL_JOULES);
            assertThat(typicalJoules(routing, LARGE)).isEqualTo(30);
            try (RouteHarness restored = RouteHarness.restore(config, routing.snapshot())) {
                restored.request(GOLD, "r2", 1, 0);
                assertThat(typicalJoules(restored, LARGE)).isEqualTo(30);
            }
        }
    }

    private static double typicalJoules(RouteHarness routing, String model) throws Exception {
        ModelState known = routing.known(GOLD).models().get(model);
        return known.energy.typicalPrice();
    }

    private static double predicted(RoutedRequest decision, String model) {
        return decision.predictedScores()[decision.ranking().indexOf(model)];
    }
}
