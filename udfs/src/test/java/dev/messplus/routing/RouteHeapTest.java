package dev.messplus.routing;

import static dev.messplus.routing.RouteHarness.LARGE;
import static dev.messplus.routing.RouteHarness.NOW;
import static dev.messplus.routing.RouteHarness.SMALL;
import static dev.messplus.routing.RouteHarness.TIMEOUT;
import static dev.messplus.routing.RouteHarness.config;
import static dev.messplus.routing.RouteHarness.exploiting;
import static dev.messplus.routing.RouteHarness.failed;
import static dev.messplus.routing.RouteHarness.label;
import static dev.messplus.routing.RouteHarness.scored;
import static dev.messplus.routing.RouteHarness.unavailable;
import static dev.messplus.routing.RouteHarness.withoutMetrics;
import static dev.messplus.routing.RoutingState.MAX_MODELS_ON_HEAP;
import static dev.messplus.routing.RoutingState.SILENT_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** What of the SLAs is on the heap. */
class RouteHeapTest {

    private static final RoutingConfig CONFIG = config(exploiting(), "gold", "silver");

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
            assertThat(routing.metric("sla.gold.q")).isEqualTo(before.sla().queue.q).isPositive();
            assertThat(routing.metric("sla.gold.inFlight")).isOne();
            assertThat(routing.metric("sla.gold.model.small.served")).isOne();

            // Its label, though it is off the heap.
            routing.feedback(scored("gold", "b", SMALL, 0, 9, true));
            assertThat(routing.onHeap()).isEqualTo(2);
            assertThat(routing.known("gold").sla().queue.labelled).isEqualTo(2);
            assertThat(routing.metric("sla.gold.inFlight")).isZero();
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
            assertThat(routing.metric("sla.gold.model.large.available")).isOne();
            assertThat(routing.metric("sla.gold.model.large.failures")).isOne();
        }
    }

    @Test
    void slaThatWasUsedLeastRecentlyMakesRoom() throws Exception {
        int models = MAX_MODELS_ON_HEAP / 4;
        String[] zoo = IntStream.range(0, models).mapToObj(i -> "m" + i).toArray(String[]::new);
        Map<String, RoutingConfig.SlaRouting> slas = new LinkedHashMap<>();
        for (int i = 0; i < 6; i++) {
            slas.put("sla" + i, exploiting());
        }
        RoutingConfig config = withoutMetrics(config(slas, zoo));
        OperatorSubtaskState snapshot;
        try (RouteHarness routing = RouteHarness.start(config)) {
            for (int i = 0; i < 4; i++) {
                routing.request("sla" + i, "a");
            }
            routing.feedback(label("sla0", "a", zoo[0], 1));
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

    @Test
    void withoutGaugesNothingIsLoadedBeforeItsFirstElement() throws Exception {
        RoutingConfig config = withoutMetrics(CONFIG);
        OperatorSubtaskState snapshot;
        try (RouteHarness routing = RouteHarness.start(config)) {
            routing.request("gold", "a");
            assertThat(routing.hasMetric("sla.gold.q")).isFalse();
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
}
