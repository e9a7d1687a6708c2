package dev.messplus.cli.rest;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * The state of a job. Components that are not known are null.
 *
 * @param id in hexadecimal
 * @param state Flink's job status, such as {@code RUNNING}
 * @param uptimeMillis since the last switch to {@code RUNNING}; null in other states
 * @param restarts since the submission
 * @param failure cause of the last failure; null if there was none
 * @param checkpoint the last one that completed
 * @param failedCheckpoints number of checkpoints that failed since the JobManager took the job
 * @param checkpointFailure why the last checkpoint failed; null if the last one completed
 * @param backlog number of records on the topic of requests that are not read yet
 * @param brokerConnections number of connections to brokers of the source of requests
 * @param unused records that could not be used; null if that is not known
 * @param taskTimes how long each task worked, from the sources to the sinks
 */
@RecordBuilder
public record JobView(
        String id,
        String name,
        String state,
        int runningTasks,
        int tasks,
        Long uptimeMillis,
        Long restarts,
        String failure,
        Checkpoint checkpoint,
        Long failedCheckpoints,
        String checkpointFailure,
        Long backlog,
        Long brokerConnections,
        UnusedRecords unused,
        List<TaskView> taskTimes,
        List<SlaView> slas,
        List<CallsView> calls) {

    public JobView {
        taskTimes = taskTimes == null ? List.of() : List.copyOf(taskTimes);
        slas = slas == null ? List.of() : List.copyOf(slas);
        calls = calls == null ? List.of() : List.copyOf(calls);
    }

    /** Whether the source of requests is known to reach no broker. */
    boolean isWithoutBroker() {
        return brokerConnections != null && brokerConnections == 0;
    }

    /** What there is to say of checkpoints that fail; null if the last one completed. */
    String checkpointLine() {
        return checkpointFailure == null
                ? null
                : "Checkpoints fail: "
                        + checkpointFailure
                        + ". A failure of the job would repeat the calls since the last one.";
    }

    /**
     * A completed checkpoint or savepoint.
     *
     * @param ageMillis since its completion
     * @param bytes of state in it
     * @param durationMillis from trigger to completion
     */
    public record Checkpoint(long id, long ageMillis, long bytes, long durationMillis) {}
}
