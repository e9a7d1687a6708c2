package dev.messplus.infer.device;

import dev.messplus.energy.meter.EnergyMeters;
import java.util.Map;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;

/**
 * What one JVM has in flight. It is answered with {@link CallsElsewhere}.
 *
 * @param jvm its id
 * @param inFlight calls on each device that it meters, by device and model as in {@link
 *     EnergyMeters#callsInFlight}, at least 0
 * @param validMillis for how long that is taken to be so unless it reports again, above 0
 */
public record CallsOnDevices(String jvm, Map<String, Integer> inFlight, long validMillis)
        implements CoordinationRequest {

    /** What does not change, and can be sent. */
    public CallsOnDevices {
        inFlight = Map.copyOf(inFlight);
    }
}
