package dev.messplus.cli.rest;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * The state of a job. Components that are not known are null.
 *
 * @param id in hexadecimal
 * @param name of the job
 * @param state Flink's job status, such as {@code RUNNING}
 * @param runningTasks number of tasks that run
 * @param tasks number of all tasks
 * @param uptimeMillis since the last switch to {@code RUNNING}; null in other states
 * @param restarts since the submission
 * @param failure cause of the last failure; null if there was none
 * @param checkpoint the last one that completed
 * @param slas of the job
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
        List<SlaView> slas) {

    /**
     * A completed checkpoint or savepoint.
     *
     * @param ageMillis since its completion
     * @param bytes of state in it
     * @param durationMillis from trigger to completion
     */
    public record Checkpoint(long id, long ageMillis, long bytes, long durationMillis) {}
}
