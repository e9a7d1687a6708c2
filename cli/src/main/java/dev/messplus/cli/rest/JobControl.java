package dev.messplus.cli.rest;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointFailureReason;
import org.apache.flink.runtime.rest.handler.async.AsynchronousOperationResult;
import org.apache.flink.runtime.rest.handler.legacy.messages.ClusterOverviewWithVersion;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobCancellationHeaders;
import org.apache.flink.runtime.rest.messages.JobCancellationMessageParameters;
import org.apache.flink.runtime.rest.messages.TerminationModeQueryParameter.TerminationMode;
import org.apache.flink.runtime.rest.messages.TriggerId;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.savepoints.SavepointInfo;
import org.apache.flink.runtime.rest.messages.job.savepoints.SavepointStatusHeaders;
import org.apache.flink.runtime.rest.messages.job.savepoints.SavepointStatusMessageParameters;
import org.apache.flink.runtime.rest.messages.job.savepoints.SavepointTriggerMessageParameters;
import org.apache.flink.runtime.rest.messages.job.savepoints.stop.StopWithSavepointRequestBody;
import org.apache.flink.runtime.rest.messages.job.savepoints.stop.StopWithSavepointTriggerHeaders;
import org.apache.flink.runtime.rest.messages.queue.QueueStatus;

/** Starts and stops jobs on a cluster. */
public final class JobControl {

    private static final int STOP_ATTEMPTS = 5;

    /**
     * Why a savepoint fails while a task ends or starts. Other failures, as of a folder that cannot
     * be written to, stay; each attempt may make Flink restart the job.
     */
    private static final List<CheckpointFailureReason> PASSING =
            List.of(
                    CheckpointFailureReason.TASK_CHECKPOINT_FAILURE,
                    CheckpointFailureReason.CHECKPOINT_DECLINED_TASK_CLOSING,
                    CheckpointFailureReason.CHECKPOINT_DECLINED_TASK_NOT_READY,
                    CheckpointFailureReason.NOT_ALL_REQUIRED_TASKS_RUNNING);

    /** Longer than a task takes to end; Flink may also restart the job after such a failure. */
    private static final long STOP_PAUSE_MILLIS = 2_000;

    /** How long a job that is to be stopped may take to run again. */
    private static final Duration RESTART_PATIENCE = Duration.ofSeconds(5);

    private final FlinkRest rest;
    private final ClusterReader reader;

    /** Creates control over the jobs of the cluster behind {@code rest}. */
    public JobControl(FlinkRest rest) {
        this.rest = rest;
        reader = new ClusterReader(rest);
    }

    /**
     * Uploads a job's jar and starts the job.
     *
     * @throws FlinkRestException if the cluster does not answer, accepts no jars, or the job's
     *     {@code main} throws an exception there
     */
    public JobID submit(Submission submission) {
        return new JarSubmitter(rest).submit(submission);
    }

    /**
     * Waits until all tasks of a job run, or the job has finished.
     *
     * @param progress receives a message whenever the progress changes
     * @throws FlinkRestException if the job fails or is cancelled
     * @throws TimeoutException after {@code atMost}; the message says how many tasks run, why the
     *     job failed last, and how many slots are free
     */
    public void awaitRunning(JobID job, Duration atMost, Consumer<String> progress)
            throws InterruptedException, TimeoutException {
        ProgressListener listener = new ProgressListener(progress);
        try {
            Polling.until(
                    () -> allTasksRun(job, listener),
                    Boolean::booleanValue,
                    atMost,
                    "the start of job " + job);
        } catch (TimeoutException e) {
            ClusterOverviewWithVersion overview = rest.overview();
            throw timeout(
                    "job %s is not running after %d s: %s; the cluster has %d slots, %d of them free"
                            .formatted(
                                    job,
                                    atMost.toSeconds(),
                                    listener.last(),
                                    overview.getNumSlotsTotal(),
                                    overview.getNumSlotsAvailable()),
                    e);
        }
    }

    /**
     * Stops a job with a savepoint and waits until it has stopped. A savepoint fails if a task ends
     * just then, as those of a bounded run do. Then it is tried again, {@value #STOP_ATTEMPTS}
     * times in all.
     *
     * @param folder for the savepoint; null for the cluster's {@code
     *     execution.checkpointing.savepoint-dir}
     * @param progress receives a message whenever the progress changes
     * @return path of the savepoint
     * @throws FlinkRestException if not all tasks run, or if the savepoint fails; the message says
     *     what the job does then
     */
    public String stop(JobID job, String folder, Duration atMost, Consumer<String> progress)
            throws InterruptedException, TimeoutException {
        requireRunning(job);
        ProgressListener listener = new ProgressListener(progress);
        for (int attempt = 1; ; attempt++) {
            SavepointInfo savepoint = tryToStop(job, folder, atMost, listener);
            if (savepoint.getFailureCause() == null) {
                awaitEnd(job, atMost);
                return savepoint.getLocation();
            }
            String cause =
                    ServerErrors.cause(savepoint.getFailureCause().getFullStringifiedStackTrace());
            JobStatus status = reader.details(job).getJobStatus();
            boolean passes = PASSING.stream().anyMatch(reason -> cause.contains(reason.message()));
            if (!passes || attempt == STOP_ATTEMPTS || status.isGloballyTerminalState()) {
                throw new FlinkRestException(
                        "job %s was not stopped, and is %s: %s".formatted(job, status, cause),
                        false,
                        savepoint.getFailureCause());
            }
            listener.report("the savepoint failed and is tried again: " + cause);
            Thread.sleep(STOP_PAUSE_MILLIS);
        }
    }

    /** A savepoint needs all tasks. After a failure they may run again in a moment. */
    private void requireRunning(JobID job) throws InterruptedException {
        try {
            Polling.until(
                    () -> reader.details(job),
                    details -> details.getJobStatus().isGloballyTerminalState() || allRun(details),
                    RESTART_PATIENCE,
                    "the start of job " + job);
        } catch (TimeoutException e) {
            JobDetailsInfo details = reader.details(job);
            String failure = reader.failure(job);
            throw new FlinkRestException(
                    "job %s does not run: it is %s with %d of %d tasks%s. A savepoint needs all of them: wait until mess status shows that, or end the job without one by --cancel"
                            .formatted(
                                    job,
                                    details.getJobStatus(),
                                    ClusterReader.runningTasks(details),
                                    ClusterReader.tasks(details),
                                    failure == null ? "" : ", after a failure: " + failure),
                    false,
                    e);
        }
    }

    /** In a bounded run, tasks finish while others still wait. */
    private static boolean allRun(JobDetailsInfo job) {
        return ClusterReader.runningTasks(job) + ClusterReader.finishedTasks(job)
                == ClusterReader.tasks(job);
    }

    private SavepointInfo tryToStop(
            JobID job, String folder, Duration atMost, ProgressListener listener)
            throws InterruptedException, TimeoutException {
        SavepointTriggerMessageParameters parameters = new SavepointTriggerMessageParameters();
        parameters.jobID.resolve(job);
        TriggerId trigger =
                rest.call(
                                StopWithSavepointTriggerHeaders.getInstance(),
                                parameters,
                                new StopWithSavepointRequestBody(
                                        folder, false, SavepointFormatType.CANONICAL, null))
                        .getTriggerId();
        return Polling.until(
                        () -> savepoint(job, trigger, listener),
                        s -> s.queueStatus().getId() == QueueStatus.Id.COMPLETED,
                        atMost,
                        "the savepoint of job " + job)
                .resource();
    }

    /** Cancels a job and waits until it has stopped. */
    public void cancel(JobID job, Duration atMost) throws InterruptedException, TimeoutException {
        rest.call(
                JobCancellationHeaders.getInstance(),
                new JobCancellationMessageParameters()
                        .resolveJobId(job)
                        .resolveTerminationMode(TerminationMode.CANCEL),
                EmptyRequestBody.getInstance());
        awaitEnd(job, atMost);
    }

    private void awaitEnd(JobID job, Duration atMost)
            throws InterruptedException, TimeoutException {
        Polling.until(
                () -> reader.details(job).getJobStatus(),
                JobStatus::isGloballyTerminalState,
                atMost,
                "the end of job " + job);
    }

    private AsynchronousOperationResult<SavepointInfo> savepoint(
            JobID job, TriggerId trigger, ProgressListener listener) {
        reader.savepointInProgress(job)
                .ifPresent(
                        savepoint ->
                                listener.report(
                                        "%d of %d tasks have written their state"
                                                .formatted(
                                                        savepoint.getNumAckSubtasks(),
                                                        savepoint.getNumSubtasks())));
        SavepointStatusMessageParameters parameters = new SavepointStatusMessageParameters();
        parameters.jobIdPathParameter.resolve(job);
        parameters.triggerIdPathParameter.resolve(trigger);
        return rest.call(
                SavepointStatusHeaders.getInstance(), parameters, EmptyRequestBody.getInstance());
    }

    private boolean allTasksRun(JobID job, ProgressListener listener) {
        JobDetailsInfo details = reader.details(job);
        JobStatus status = details.getJobStatus();
        if (status == JobStatus.FINISHED) {
            return true;
        }
        String failure = reader.failure(job);
        if (status.isTerminalState()) {
            throw new FlinkRestException(
                    "job %s is %s".formatted(job, status) + (failure == null ? "" : ": " + failure),
                    false,
                    null);
        }
        int running = ClusterReader.runningTasks(details) + ClusterReader.finishedTasks(details);
        listener.report(
                "%d of %d tasks are running".formatted(running, ClusterReader.tasks(details))
                        + (failure == null ? "" : ", after a failure: " + failure));
        return allRun(details);
    }

    private static TimeoutException timeout(String message, TimeoutException cause) {
        TimeoutException e = new TimeoutException(message);
        e.initCause(cause);
        return e;
    }
}
