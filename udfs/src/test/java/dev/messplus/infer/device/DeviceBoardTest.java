package dev.messplus.infer.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeviceBoardTest {

    private static final long VALID_MILLIS = 2_000;

    private long nanos;
    private final DeviceBoard board = new DeviceBoard(() -> nanos);

    @Test
    void eachJvmIsToldWhatAllOthersHave() throws Exception {
        assertThat(report("a", Map.of("GPU-1", 3, "GPU-2", 1))).isEmpty();
        assertThat(report("b", Map.of("GPU-1", 4))).containsOnly(Map.entry("GPU-1", 3));
        assertThat(report("c", Map.of("GPU-1", 0, "GPU-2", 5)))
                .containsOnly(Map.entry("GPU-1", 7), Map.entry("GPU-2", 1));
        assertThat(report("a", Map.of("GPU-1", 2, "GPU-2", 1)))
                .containsOnly(Map.entry("GPU-1", 4), Map.entry("GPU-2", 5));
        assertThat(report("b", Map.of("GPU-1", 0))).containsOnly(Map.entry("GPU-1", 2));
    }

    /** So it reports often enough to know soon when a call begins there. */
    @Test
    void aDeviceThatIsIdleElsewhereIsShared() throws Exception {
        var unused = report("a", Map.of("GPU-1", 0));
        assertThat(report("b", Map.of("GPU-1", 1))).containsOnly(Map.entry("GPU-1", 0));
    }

    @Test
    void devicesThatAJvmDoesNotMeterAreNotItsOwn() throws Exception {
        var unused = report("a", Map.of("rapl:package-0@host-1", 3));
        assertThat(report("b", Map.of("rapl:package-0@host-2", 3))).isEmpty();
    }

    @Test
    void aJvmThatReportsNoMoreIsForgotten() throws Exception {
        var unused = report("a", Map.of("GPU-1", 3));
        nanos += TimeUnit.MILLISECONDS.toNanos(VALID_MILLIS);
        assertThat(report("b", Map.of("GPU-1", 1))).containsOnly(Map.entry("GPU-1", 3));
        nanos++;
        assertThat(report("b", Map.of("GPU-1", 1))).isEmpty();
        // It was late only.
        assertThat(report("a", Map.of("GPU-1", 3))).containsOnly(Map.entry("GPU-1", 1));
        assertThat(report("b", Map.of("GPU-1", 1))).containsOnly(Map.entry("GPU-1", 3));
    }

    private Map<String, Integer> report(String jvm, Map<String, Integer> inFlight)
            throws IOException {
        var calls = new CallsOnDevices(jvm, inFlight, VALID_MILLIS);
        return CallsElsewhere.of(board.report(calls)).inFlight();
    }
}
