package dev.messplus.infer.device;

import dev.messplus.energy.meter.EnergyMeters;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.MapSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.streaming.api.operators.collect.CollectCoordinationResponse;

/**
 * What other JVMs have in flight on the devices of one JVM.
 *
 * @param inFlight number of calls, at least 0, by device and model as in {@link
 *     EnergyMeters#callsInFlight}, where another JVM meters these, too
 */
public record CallsElsewhere(Map<String, Integer> inFlight) {

    private static final int BYTES = 64;

    /** What a response of the coordinator says. */
    public static CallsElsewhere of(CoordinationResponse response) throws IOException {
        List<Map<String, Integer>> all =
                ((CollectCoordinationResponse) response).getResults(serializer());
        return new CallsElsewhere(all.get(0));
    }

    /**
     * The same as a response. It is of a class of Flink's: the RPC of a TaskManager does not know
     * the classes of the job.
     */
    CoordinationResponse toResponse() throws IOException {
        DataOutputSerializer bytes = new DataOutputSerializer(BYTES);
        serializer().serialize(inFlight, bytes);
        return new CollectCoordinationResponse("", 0, List.of(bytes.getCopyOfBuffer()));
    }

    /** Whether this JVM has all of its devices for itself. */
    boolean isAlone() {
        return inFlight.isEmpty();
    }

    private static MapSerializer<String, Integer> serializer() {
        return new MapSerializer<>(StringSerializer.INSTANCE, IntSerializer.INSTANCE);
    }
}
