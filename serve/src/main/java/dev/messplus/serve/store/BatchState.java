package dev.messplus.serve.store;

import dev.messplus.batch.BatchFigures;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.EnumMap;
import java.util.Map;

/**
 * How far a batch is, as the door says that runs it.
 *
 * @param status never {@link BatchStatus#CANCELLING}
 * @param lines number of its lines; 0 while it is not known
 * @param figures what has become of them; {@code null} before the first
 * @param outputFileId the file of results; {@code null} if there is none
 * @param errorFileId the file of errors; {@code null} if there is none
 * @param problem why the whole batch failed; {@code null} if it has not
 * @param atSeconds when it came into each state, in seconds since the epoch
 */
@RecordBuilder
public record BatchState(
        BatchStatus status,
        long lines,
        BatchFigures figures,
        String outputFileId,
        String errorFileId,
        Problem problem,
        Map<BatchStatus, Long> atSeconds) {

    /** The state of a batch of which no door has said anything. */
    static final BatchState NEW =
            BatchStateBuilder.builder().status(BatchStatus.VALIDATING).atSeconds(Map.of()).build();

    /**
     * Why a batch failed.
     *
     * @param code for programs
     * @param message for people
     * @param param the parameter of the order that it is about; {@code null} if it is about none
     */
    public record Problem(String code, String message, String param) {}

    /** The files that a batch has at its end, as ids, each {@code null} if there is none. */
    public record Outputs(String results, String errors) {}

    /** The next state. */
    public BatchState next(BatchStatus next) {
        Map<BatchStatus, Long> times = new EnumMap<>(BatchStatus.class);
        times.putAll(atSeconds);
        times.putIfAbsent(next, System.currentTimeMillis() / 1_000);
        return BatchStateBuilder.builder(this).status(next).atSeconds(times).build();
    }

    /** The same state with other figures. */
    public BatchState with(BatchFigures now) {
        return BatchStateBuilder.builder(this).figures(now).build();
    }
}
