package dev.messplus.route.runs;

import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.JobManagerOptions.SchedulerType;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.SchedulerExecutionMode;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;

/**
 * A start of the job's tasks: the first one, or one after a failure, a cancellation or a savepoint.
 *
 * @param run identifies it, in measurements as well
 * @param checkpoint number of the checkpoint or savepoint that it was restored from, 0 for none
 */
public record JobRun(String run, long checkpoint) {

    /**
     * Identifies the start that a task belongs to: all tasks of a start have the same. Every life
     * of a JobManager has an execution graph of its own. In it, Flink's default scheduler restarts
     * all tasks of the job together, because they are all connected, and counts the attempts. The
     * adaptive scheduler makes a new graph for every restart, and subtasks of one start can then
     * have different numbers of attempts.
     *
     * <p>Which of the two it is stands in {@code jobmanager.scheduler} and {@code scheduler-mode}.
     * TaskManagers must be configured with the same as the JobManager.
     */
    public static String idOf(Environment task) {
        ExecutionAttemptID attempt = task.getExecutionId();
        // Graph, job vertex, subtask and attempt. Flink has no other access to the first.
        String id = attempt.toString();
        String graph = id.substring(0, id.indexOf('_'));
        return isAdaptive(task.getTaskManagerInfo().getConfiguration())
                ? graph
                : graph + '-' + attempt.getAttemptNumber();
    }

    private static boolean isAdaptive(ReadableConfig cluster) {
        return cluster.get(JobManagerOptions.SCHEDULER) == SchedulerType.Adaptive
                || cluster.get(JobManagerOptions.SCHEDULER_MODE) == SchedulerExecutionMode.REACTIVE;
    }
}
