package dev.messplus.infer.device;

import java.util.Map;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;

/**
 * What one JVM has in flight. It is answered with {@link CallsElsewhere}.
 *
 * @param jvm its id
 * @param inFlight calls on each device that it meters, by the device's id, at least 0
 * @param validMillis for how long that is taken to be so unless it reports again, above 0
 */
public record CallsOnDevices(String jvm, Map<String, Integer> inFlight, long validMillis)
        implements CoordinationRequest {

    /** What does not change, and can be sent. */
    public CallsOnDevices {
        inFlight = Map.copyOf(inFlight);
    }
}
