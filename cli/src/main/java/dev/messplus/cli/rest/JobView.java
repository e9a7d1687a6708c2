package dev.messplus.cli.rest;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * A job; what is not known is null.
 *
 * @param state Flink's name for what it does, such as {@code RUNNING}
 * @param uptimeMillis since it runs, or runs again; null while it does not
 * @param restarts since it was submitted
 * @param failure what it failed of last, or null
 * @param checkpoint the last that was completed
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
     * @param ageMillis since it was completed
     * @param bytes of state in it
     * @param durationMillis it took
     */
    public record Checkpoint(long id, long ageMillis, long bytes, long durationMillis) {}
}
