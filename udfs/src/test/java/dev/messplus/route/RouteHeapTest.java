package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.failed;
import static dev.messplus.fixture.FeedbackFixtures.label;
import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.fixture.FeedbackFixtures.served;
import static dev.messplus.fixture.FeedbackFixtures.unavailable;
import static dev.messplus.route.PendingRequests.AHEAD_AGE_MILLIS;
import static dev.messplus.route.PendingRequests.AHEAD_INTERVAL;
import static dev.messplus.route.PendingRequests.MAX_ON_HEAP;
import static dev.messplus.route.RouteHarness.LARGE;
import static dev.messplus.route.RouteHarness.NOW;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.TIMEOUT;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploiting;
import static dev.messplus.route.RouteHarness.withoutMetrics;
import static dev.messplus.route.RoutingState.SILENT_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.metrics.JobMetric;
import dev.messplus.route.config.RoutingConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** What of the SLAs is on the heap. */
class RouteHeapTest {

    private static final RoutingConfig CONFIG = config(exploiting(), "gold", "silver");

    /** Bytes for four SLAs of two models and two features, and not for five. */
    private static final long FOUR_SLAS = 25_000;

    @Test
    void silentSlaLeavesTheHeapAndComesBackAsItWas() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("gold", "a");
            routing.feedback(scored("gold", "a", SMALL, 0, 9, true));
            routing.request("gold", "b");
            routing.setProcessingTime(NOW + SILENT_MILLIS - 1);
            routing.request("silver", "c");
            RouteHarness.Known before = routing.known("gold");
            assertThat(routing.onHeap()).isEqualTo(2);

            routing.setProcessingTime(NOW + SILENT_MILLIS);
            routing.snapshot();

            assertThat(routing.onHeap()).isOne();
            routing.known("gold").assertSameAs(before);
            assertThat(routing.metric("sla.gold.shard.0.q"))
                    .isEqualTo(before.sla().queue.q)
                    .isPositive();
            assertThat(routing.metric("sla.gold.shard.0.inFlight")).isOne();
            assertThat(routing.metric("sla.gold.shard.0.model.small.served")).isOne();

            // Its label, though it is off the heap.
            routing.feedback(scored("gold", "b", SMALL, 0, 9, true));
            assertThat(routing.onHeap()).isEqualTo(2);
            assertThat(routing.known("gold").sla().queue.labelled).isEqualTo(2);
            assertThat(routing.metric("sla.gold.shard.0.inFlight")).isZero();
        }
    }

    @Test
    void requestsOfASilentSlaExpire() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("gold", "a");
            routing.endRequests();
            routing.setProcessingTime(NOW + SILENT_MILLIS);
            routing.snapshot();
            assertThat(routing.onHeap()).isZero();
            assertThat(routing.drained()).isEmpty();

            routing.feedbackUntil(NOW + TIMEOUT);

            assertThat(routing.known("gold").sla().expired).isOne();
            assertThat(routing.drained()).hasSize(1);
        }
    }

    @Test
    void modelBecomesAvailableWhileItsSlaIsOffTheHeap() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("gold", "a");
            routing.feedback(unavailable(failed("gold", "a", LARGE, false), 30_000));
            routing.setProcessingTime(NOW + SILENT_MILLIS);
            routing.snapshot();
            assertThat(routing.onHeap()).isZero();
            // The gauge reads the real clock, by which that was long ago.
            assertThat(routing.metric("sla.gold.shard.0.model.large.available")).isOne();
            assertThat(routing.metric("sla.gold.shard.0.model.large.failures")).isOne();
        }
    }

    @Test
    void slaThatWasUsedLeastRecentlyMakesRoom() throws Exception {
        Map<String, RoutingConfig.SlaRouting> slas = new LinkedHashMap<>();
        for (int i = 0; i < 6; i++) {
            slas.put("sla" + i, exploiting());
        }
        RoutingConfig config = withoutMetrics(config(slas, SMALL, LARGE));
        OperatorSubtaskState snapshot;
        try (RouteHarness routing = RouteHarness.start(config, FOUR_SLAS)) {
            for (int i = 0; i < 4; i++) {
                routing.request("sla" + i, "a");
            }
            routing.feedback(label("sla0", "a", SMALL, 1));
            assertThat(routing.onHeap()).isEqualTo(4);

            routing.request("sla4", "a");
            assertThat(routing.onHeap()).isEqualTo(4);
            // It was written before it left, though no checkpoint was made.
            assertThat(routing.written("sla1").sla().t).isOne();
            assertThat(routing.written("sla0").sla()).isNull();

            routing.request("sla1", "b");
            assertThat(routing.known("sla1").sla().t).isEqualTo(2);
            assertThat(routing.onHeap()).isEqualTo(4);
            snapshot = routing.snapshot();
        }
        try (RouteHarness routing = RouteHarness.restore(config, snapshot)) {
            for (int i = 0; i < 5; i++) {
                assertThat(routing.known("sla" + i).sla().t).isEqualTo(i == 1 ? 2 : 1);
            }
        }
    }

    /** As where an early label comes first, or prompts are unlike those before. */
    @Test
    void slaThatGrowsAfterItWasLoadedMakesOthersLeave() throws Exception {
        Map<String, RoutingConfig.SlaRouting> slas = new LinkedHashMap<>();
        for (int i = 0; i < 4; i++) {
            slas.put("sla" + i, exploiting());
        }
        try (RouteHarness routing =
                RouteHarness.start(withoutMetrics(config(slas, SMALL, LARGE)), FOUR_SLAS)) {
            for (int i = 0; i < 4; i++) {
                routing.feedback(label("sla" + i, "a", SMALL, 1));
            }
            assertThat(routing.onHeap()).isEqualTo(4);

            // Prompts that have nothing in common: each of them becomes a landmark.
            int prompts = 20;
            for (int i = 0; i < 4; i++) {
                for (int prompt = 0; prompt < prompts; prompt++) {
                    float[] features = new float[40];
                    features[prompt] = 3;
                    routing.request("sla" + i, "b" + prompt, features);
                }
            }
            routing.feedback(label("sla3", "b0", SMALL, 1));
            routing.feedback(label("sla2", "b0", SMALL, 1));

            assertThat(routing.onHeap()).isLessThanOrEqualTo(2);
            for (int i = 0; i < 4; i++) {
                assertThat(routing.known("sla" + i).sla().t).isEqualTo(prompts);
                assertThat(routing.known("sla" + i).shared().kernel.size).isEqualTo(prompts);
            }
        }
    }

    @Test
    void withoutGaugesNothingIsLoadedBeforeItsFirstElement() throws Exception {
        RoutingConfig config = withoutMetrics(CONFIG);
        OperatorSubtaskState snapshot;
        try (RouteHarness routing = RouteHarness.start(config)) {
            routing.request("gold", "a");
            assertThat(routing.hasMetric("sla.gold.shard.0.q")).isFalse();
            assertThat(routing.hasMetric("feedbackUnmatched")).isTrue();
            snapshot = routing.snapshot();
        }
        try (RouteHarness routing = RouteHarness.restore(config, snapshot)) {
            assertThat(routing.onHeap()).isZero();
            routing.endRequests();
            assertThat(routing.drained()).isEmpty();
            routing.feedback(scored("gold", "a", SMALL, 1, 9, true));
            assertThat(routing.drained()).hasSize(1);
        }
    }

    @Test
    void requestIsWrittenOnlyIfItStillWaitsAtTheCheckpoint() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("gold", "a");
            routing.request("gold", "b");
            assertThat(routing.written("gold").pending()).isEmpty();
            routing.feedback(scored("gold", "a", SMALL, 0, 9, true));

            assertThat(routing.known("gold").pending()).containsOnlyKeys("b");
            assertThat(routing.known("gold").order()).containsOnly(Map.entry(2L, "b"));

            // What comes of it later is written by the next checkpoint.
            routing.feedback(served("gold", "b", SMALL, 9));
            assertThat(routing.written("gold").pending().get("b").served).isEqualTo(-1);
            assertThat(routing.known("gold").pending().get("b").served).isZero();
            routing.feedback(label("gold", "b", LARGE, 1));
            routing.feedback(scored("gold", "b", SMALL, 0, 9, true));
            assertThat(routing.written("gold").pending()).isEmpty();
            assertThat(routing.written("gold").order()).isEmpty();
        }
    }

    @Test
    void earlyLabelOfARequestOnTheHeapIsInTheNextCheckpoint() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            routing.request("gold", "a");
            routing.snapshot();
            routing.feedback(label("gold", "a", LARGE, 1));
            assertThat(routing.known("gold").pending().get("a").earlyScores)
                    .containsOnly(Map.entry(LARGE, 1.0));
        }
    }

    /** So a checkpoint has less to write. */
    @Test
    void requestsThatWaitAreWrittenAheadOfTheCheckpoint() throws Exception {
        int old = 5 * AHEAD_INTERVAL;
        int requests = 2 * old;
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            for (int i = 1; i <= old; i++) {
                routing.request("gold", "r" + i);
            }
            routing.feedback(scored("gold", "r1", SMALL, 1, 9, true));
            routing.setProcessingTime(NOW + AHEAD_AGE_MILLIS - 1);
            for (int i = old + 1; i < requests; i++) {
                routing.request("gold", "r" + i);
            }
            assertThat(routing.written("gold").pending()).isEmpty();

            routing.setProcessingTime(NOW + AHEAD_AGE_MILLIS);
            for (int i = requests; i <= requests + 2 * AHEAD_INTERVAL; i++) {
                routing.request("gold", "r" + i);
            }
            // Those of three looks: twice as many as come meanwhile, and none of the young ones.
            int written = routing.written("gold").pending().size();
            assertThat(written).isEqualTo(old - 1);
            assertThat(routing.written("gold").order()).hasSize(written);
            assertThat(routing.written("gold").pending())
                    .doesNotContainKeys("r1", "r" + (old + 1))
                    .containsKeys("r2", "r3", "r" + old);
            requests += 2 * AHEAD_INTERVAL;

            // What comes of them later is known all the same.
            routing.feedback(served("gold", "r2", SMALL, 9));
            routing.feedback(scored("gold", "r3", SMALL, 0, 9, true));
            assertThat(routing.written("gold").pending()).doesNotContainKey("r3");
            RouteHarness.Known known = routing.known("gold");
            assertThat(known.pending().get("r2").served).isZero();
            assertThat(known.pending()).hasSize(requests - 2);
            assertThat(known.sla().queue.labelled).isEqualTo(2);

            routing.feedbackUntil(Long.MAX_VALUE);
            known = routing.known("gold");
            assertThat(known.sla().expired).isEqualTo(requests - 2);
            assertThat(known.pending()).isEmpty();
            assertThat(known.order()).isEmpty();
        }
    }

    /** What is beyond the heap waits in the state, and is as good as what is on the heap. */
    @Test
    void eldestRequestsMakeRoom() throws Exception {
        OperatorSubtaskState snapshot;
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            for (int i = 0; i < MAX_ON_HEAP + 3; i++) {
                routing.request("gold", "r" + i);
            }
            assertThat(routing.requestsOnHeap()).isEqualTo(MAX_ON_HEAP);
            assertThat(routing.written("gold").pending()).containsKeys("r0", "r1", "r2");
            // The heap is full of others, so it is written at once.
            String model = routing.request("silver", "s").ranking().get(0);
            assertThat(routing.requestsOnHeap()).isEqualTo(MAX_ON_HEAP);
            assertThat(routing.written("silver").pending()).containsOnlyKeys("s");

            routing.request("gold", "r1");
            assertThat(routing.metric(JobMetric.REQUESTS_REPEATED)).isOne();
            routing.feedback(scored("silver", "s", model, 1, 9, true));
            routing.feedback(scored("gold", "r0", SMALL, 1, 9, true));
            routing.feedback(scored("gold", "r4", SMALL, 1, 9, true));
            RouteHarness.Known known = routing.known("gold");
            assertThat(known.sla().queue.labelled).isEqualTo(2);
            assertThat(known.pending())
                    .hasSize(MAX_ON_HEAP + 1)
                    .doesNotContainKeys("r0", "r4")
                    .containsKeys("r1", "r3");
            assertThat(known.order()).hasSize(MAX_ON_HEAP + 1);
            snapshot = routing.snapshot();

            expireAll(routing);
        }
        try (RouteHarness routing = RouteHarness.restore(CONFIG, snapshot)) {
            expireAll(routing);
        }
    }

    private static void expireAll(RouteHarness routing) throws Exception {
        routing.feedbackUntil(Long.MAX_VALUE);
        RouteHarness.Known known = routing.known("gold");
        assertThat(known.sla().expired).isEqualTo(MAX_ON_HEAP + 1);
        assertThat(known.sla().queue.inFlight).isZero();
        assertThat(known.pending()).isEmpty();
        assertThat(known.order()).isEmpty();
    }

    @Test
    void requestsOfASilentSlaMakeRoomForOthers() throws Exception {
        try (RouteHarness routing = RouteHarness.start(CONFIG)) {
            for (int i = 0; i < MAX_ON_HEAP; i++) {
                routing.request("gold", "r" + i);
            }
            routing.setProcessingTime(NOW + SILENT_MILLIS);
            routing.snapshot();
            assertThat(routing.onHeap()).isZero();
            assertThat(routing.requestsOnHeap()).isZero();

            for (int i = 0; i < MAX_ON_HEAP; i++) {
                routing.request("silver", "r" + i);
            }
            assertThat(routing.requestsOnHeap()).isEqualTo(MAX_ON_HEAP);
            routing.request("silver", "last");
            assertThat(routing.requestsOnHeap()).isEqualTo(MAX_ON_HEAP);
            assertThat(routing.written("silver").pending()).containsKey("r0");
        }
    }
}
