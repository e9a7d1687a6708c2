package dev.messplus.infer.finish;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.streaming.api.operators.collect.CollectCoordinationResponse;

/**
 * Requests whose calls have begun: those of one subtask, or of all of them as far as they have
 * reported.
 *
 * @param requests those that were not answered
 * @param cutOff those of them that the snapshot waited for no longer: they are called again after a
 *     restore
 */
public record CallsInFlight(int requests, int cutOff) implements OperatorEvent {

    /** What a response of the coordinator says. */
    public static CallsInFlight of(CoordinationResponse response) throws IOException {
        List<Integer> counts =
                ((CollectCoordinationResponse) response).getResults(IntSerializer.INSTANCE);
        return new CallsInFlight(counts.get(0), counts.get(1));
    }

    /**
     * The same as a response. It is of a class of Flink's: a JobManager on standby passes it on,
     * and does not know the classes of the job.
     */
    CoordinationResponse toResponse() {
        return new CollectCoordinationResponse("", 0, List.of(bytes(requests), bytes(cutOff)));
    }

    private static byte[] bytes(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }
}
