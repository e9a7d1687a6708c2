package dev.messplus.infer.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.energy.meter.DaemonThreads;
import dev.messplus.fixture.Fixtures;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two JVMs and a JobManager, on the threads of one process. */
class DeviceExchangeTest {

    private static final String GPU = "GPU-1";
    private static final long INTERVAL_MILLIS = 5;

    private final ScheduledExecutorService timer = DaemonThreads.timer("test-exchange");
    private final DeviceBoard board = new DeviceBoard(System::nanoTime);
    private final Map<String, Integer> reports = new ConcurrentHashMap<>();
    private volatile RuntimeException failure;

    /** A JVM with calls on one device. */
    private static final class Process {

        final Map<String, Integer> inFlight = new ConcurrentHashMap<>();
        final Map<String, Integer> elsewhere = new ConcurrentHashMap<>();
        final DeviceExchange.Jvm jvm;

        Process(String id) {
            jvm = DeviceExchange.Jvm.of(id, () -> Map.copyOf(inFlight), elsewhere::putAll);
        }
    }

    private final Process first = new Process("first");
    private final Process second = new Process("second");

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void eachJvmLearnsWhatTheOtherHasInFlight() {
        first.inFlight.put(GPU, 3);
        second.inFlight.put(GPU, 0);
        try (var here = start(first);
                var there = start(second)) {
            awaitElsewhere(second, 3);
            awaitElsewhere(first, 0);
            second.inFlight.put(GPU, 2);
            awaitElsewhere(first, 2);
            first.inFlight.put(GPU, 0);
            awaitElsewhere(second, 0);
        }
    }

    @Test
    void theSubtasksOfAJvmReportOnce() {
        first.inFlight.put(GPU, 3);
        second.inFlight.put(GPU, 1);
        try (var there = start(second)) {
            var leaves = start(first);
            var stays = start(first);
            awaitElsewhere(second, 3);
            // Whichever of the two is left goes on.
            stays.close();
            first.inFlight.put(GPU, 4);
            awaitElsewhere(second, 4);
            leaves.close();
        }
    }

    @Test
    void aReportThatFailsIsFollowedByTheNextOne() {
        first.inFlight.put(GPU, 3);
        second.inFlight.put(GPU, 1);
        try (var here = start(first);
                var there = start(second)) {
            awaitElsewhere(second, 3);
            failure = new IllegalStateException("the JobManager is gone");
            int before = reports.get("first");
            Fixtures.await().until(() -> reports.get("first") > before + 3);
            // What is known stays.
            assertThat(second.elsewhere).containsEntry(GPU, 3);
            first.inFlight.put(GPU, 5);
            failure = null;
            awaitElsewhere(second, 5);
        }
    }

    @Test
    void whoIsClosedReportsNoMore() throws Exception {
        first.inFlight.put(GPU, 3);
        second.inFlight.put(GPU, 1);
        var here = start(first);
        try (var there = start(second)) {
            awaitElsewhere(second, 3);
        }
        here.close();
        // What had begun has ended.
        timer.submit(() -> {}).get();
        Map<String, Integer> before = Map.copyOf(reports);
        Process third = new Process("third");
        third.inFlight.put(GPU, 1);
        try (var last = start(third)) {
            Fixtures.await().until(() -> reports.getOrDefault("third", 0) > 3);
        }
        assertThat(reports).containsAllEntriesOf(before);
    }

    /** A model that needs no device. */
    @Test
    void aJvmWithoutDevicesReportsNothing() throws Exception {
        try (var here = start(first)) {
            timer.submit(() -> {}).get();
            assertThat(reports).isEmpty();
        }
    }

    private DeviceExchange start(Process process) {
        DeviceExchange exchange =
                new DeviceExchange(process.jvm, this::report, timer, INTERVAL_MILLIS);
        exchange.start();
        return exchange;
    }

    private CompletableFuture<CoordinationResponse> report(CallsOnDevices calls) {
        reports.merge(calls.jvm(), 1, Integer::sum);
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        synchronized (board) {
            return CompletableFuture.completedFuture(board.report(calls));
        }
    }

    private static void awaitElsewhere(Process process, int calls) {
        Fixtures.await().until(() -> process.elsewhere.getOrDefault(GPU, -1) == calls);
    }
}
