package dev.messplus.infer.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;

/**
 * Tells each JVM of a job what the others have in flight on its devices, as they last reported. One
 * that reports no more is forgotten. Only the JobManager's main thread uses it.
 */
public final class DeviceBoard {

    private final Map<String, Report> reports = new HashMap<>();
    private final LongSupplier clock;

    private record Report(Map<String, Integer> inFlight, long untilNanos) {}

    /**
     * A board without reports.
     *
     * @param clock in nanoseconds; it does not go back
     */
    public DeviceBoard(LongSupplier clock) {
        this.clock = clock;
    }

    /** Replaces what a JVM has reported; answers with what the others have. */
    public CoordinationResponse report(CallsOnDevices calls) {
        long now = clock.getAsLong();
        reports.values().removeIf(report -> report.untilNanos - now < 0);
        reports.remove(calls.jvm());
        CallsElsewhere elsewhere = elsewhere(calls.inFlight());
        long until = now + TimeUnit.MILLISECONDS.toNanos(calls.validMillis());
        reports.put(calls.jvm(), new Report(calls.inFlight(), until));
        try {
            return elsewhere.toResponse();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets all JVMs, as one may be gone. Those that are not report again soon. */
    public void clear() {
        reports.clear();
    }

    private CallsElsewhere elsewhere(Map<String, Integer> devices) {
        Map<String, Integer> sum = new HashMap<>();
        for (Report other : reports.values()) {
            other.inFlight.forEach(
                    (device, calls) -> {
                        if (devices.containsKey(device)) {
                            sum.merge(device, calls, Integer::sum);
                        }
                    });
        }
        return new CallsElsewhere(sum);
    }
}
