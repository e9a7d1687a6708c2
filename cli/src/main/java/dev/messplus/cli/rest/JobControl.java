package dev.messplus.cli.rest;

import dev.messplus.report.Figures;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointFailureReason;
import org.apache.flink.runtime.rest.handler.async.AsynchronousOperationResult;
import org.apache.flink.runtime.rest.handler.legacy.messages.ClusterOverviewWithVersion;
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
     * What Flink says if a savepoint fails while a task ends or starts. Other failures, as of a
     * folder that cannot be written to, stay; each attempt may make Flink restart the job.
     */
    private static final List<String> PASSING =
            List.of(
                    // Without a cause, of a source that has just read its last record.
                    CheckpointFailureReason.TASK_FAILURE.message(),
                    CheckpointFailureReason.TASK_CHECKPOINT_FAILURE.message(),
                    CheckpointFailureReason.CHECKPOINT_DECLINED_TASK_CLOSING.message(),
                    CheckpointFailureReason.CHECKPOINT_DECLINED_TASK_NOT_READY.message(),
                    CheckpointFailureReason.NOT_ALL_REQUIRED_TASKS_RUNNING.message(),
                    // Of a task whose work is done and which is being closed.
                    "Mailbox is in state");

    /**
     * Longer than a task takes to end. Flink may also restart the job after such a failure, and the
     * tasks of a bounded run then end once more, so that each pause is twice the one before.
     */
    private static final long FIRST_PAUSE_MILLIS = 2_000;

    private static final long RUN_POLL_MILLIS = 1_000;
    private static final int ROUNDS_PER_REPORT = 10;
    private static final Duration CLUSTER_PATIENCE = Duration.ofMinutes(2);

    private final FlinkRest rest;
    private final ClusterReader reader;
    private final long firstPauseMillis;

    public JobControl(FlinkRest rest) {
        this(rest, FIRST_PAUSE_MILLIS);
    }

    /** The same with another pause after the first savepoint that fails. */
    JobControl(FlinkRest rest, long firstPauseMillis) {
        this.rest = rest;
        this.firstPauseMillis = firstPauseMillis;
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
     * Waits until a bounded run has finished.
     *
     * @param progress receives a message whenever the progress changes, but not more often than
     *     every ten seconds
     * @throws FlinkRestException if the job fails or is cancelled, or if the cluster does not
     *     answer for two minutes
     */
    public void awaitFinished(JobID job, Consumer<String> progress) throws InterruptedException {
        ProgressListener listener = new ProgressListener(progress);
        long answeredNanos = System.nanoTime();
        for (long round = 1; ; round++) {
            Thread.sleep(RUN_POLL_MILLIS);
            try {
                JobStatus status = reader.details(job).getJobStatus();
                if (status == JobStatus.FINISHED) {
                    return;
                }
                if (status.isGloballyTerminalState()) {
                    throw ended(job, status, reader.failure(job));
                }
                if (round % ROUNDS_PER_REPORT == 0) {
                    listener.report(runProgress(reader.job(job)));
                }
                answeredNanos = System.nanoTime();
            } catch (FlinkRestException e) {
                if (!e.isRetryable()
                        || System.nanoTime() - answeredNanos > CLUSTER_PATIENCE.toNanos()) {
                    throw e;
                }
                listener.report("the cluster does not answer: " + e.getMessage());
            }
        }
    }

    private static FlinkRestException ended(JobID job, JobStatus status, String failure) {
        return new FlinkRestException(
                "job %s is %s".formatted(job, status) + (failure == null ? "" : ": " + failure),
                false,
                null);
    }

    private static String runProgress(JobView job) {
        long decided = sum(job, SlaView::requests);
        return "%s requests decided, %s still to read, %s wait for their label%s"
                .formatted(
                        Figures.count(decided),
                        job.backlog() == null ? Figures.UNKNOWN : Figures.count(job.backlog()),
                        Figures.count(sum(job, SlaView::inFlight)),
                        job.failure() == null ? "" : ", after a failure: " + job.failure());
    }

    private static long sum(JobView job, Function<SlaView, Long> figure) {
        return job.slas().stream()
                .map(figure)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sum();
    }

    /**
     * Waits until no job that matches is being initialized: until then Flink does not know the
     * operators of a job, and so not whether it is a MESS+ job.
     *
     * @param wanted a job's name, id, or the beginning of its id; null for any job
     * @param progress receives a message if a job is waited for
     */
    public void awaitInitialized(String wanted, Duration atMost, Consumer<String> progress)
            throws InterruptedException, TimeoutException {
        ProgressListener listener = new ProgressListener(progress);
        Polling.until(
                () -> JobSelector.matching(reader.initializing(), wanted),
                jobs -> {
                    jobs.forEach(job -> listener.report("waiting for job " + job + " to start"));
                    return jobs.isEmpty();
                },
                atMost,
                "the start of the jobs");
    }

    /**
     * Stops a job with a savepoint and waits until it has stopped. A savepoint needs all tasks, so
     * a job that starts or restarts is stopped once they run. A savepoint fails if a task ends just
     * then, as those of a bounded run do. Then it is tried again, {@value #STOP_ATTEMPTS} times in
     * all.
     *
     * @param folder for the savepoint; null for the cluster's {@code
     *     execution.checkpointing.savepoint-dir}
     * @param finishWithin for how long the savepoint waits for the calls in flight, while none
     *     begins; zero to make them again after the next start
     * @param progress receives a message whenever the progress changes
     * @throws FlinkRestException if the job ends by itself, if not all of its tasks run after
     *     {@code atMost}, or if the savepoint fails; the message says what the job does then
     */
    public Stopped stop(
            JobID job,
            String folder,
            Duration finishWithin,
            Duration atMost,
            Consumer<String> progress)
            throws InterruptedException, TimeoutException {
        CallsFinish calls = new CallsFinish(rest, job, finishWithin);
        boolean stopped = false;
        try {
            String savepoint = stop(job, folder, calls, atMost, new ProgressListener(progress));
            stopped = true;
            return new Stopped(savepoint, calls.cutOff());
        } finally {
            if (!stopped) {
                calls.resume();
            }
        }
    }

    /**
     * What is left of a job that was stopped.
     *
     * @param savepoint its path
     * @param requestsCutOff requests whose calls had begun and did not end in the time that they
     *     had, as far as is known
     */
    public record Stopped(String savepoint, int requestsCutOff) {}

    private String stop(
            JobID job, String folder, CallsFinish calls, Duration atMost, ProgressListener listener)
            throws InterruptedException, TimeoutException {
        long pauseMillis = firstPauseMillis;
        for (int attempt = 1; ; attempt++) {
            awaitTasks(job, atMost, listener);
            calls.begin();
            SavepointInfo savepoint = tryToStop(job, folder, calls, atMost, listener);
            if (savepoint.getFailureCause() == null) {
                // A job takes a moment to end.
                calls.update();
                awaitEnd(job, atMost);
                return savepoint.getLocation();
            }
            String cause =
                    FlinkErrors.cause(savepoint.getFailureCause().getFullStringifiedStackTrace());
            JobStatus status = reader.details(job).getJobStatus();
            boolean passes = PASSING.stream().anyMatch(cause::contains);
            if (!passes || attempt == STOP_ATTEMPTS || status.isGloballyTerminalState()) {
                throw new FlinkRestException(
                        "job %s was not stopped, and is %s: %s".formatted(job, status, cause),
                        false,
                        savepoint.getFailureCause());
            }
            listener.report("the savepoint failed and is tried again: " + cause);
            Thread.sleep(pauseMillis);
            pauseMillis *= 2;
        }
    }

    private void awaitTasks(JobID job, Duration atMost, ProgressListener listener)
            throws InterruptedException {
        try {
            Polling.until(
                    () -> reader.details(job),
                    details -> canBeSaved(details, listener),
                    atMost,
                    "the start of job " + job);
        } catch (TimeoutException e) {
            throw notStopped(
                    job,
                    "after %d s it is still %s; end it without a savepoint by --cancel"
                            .formatted(atMost.toSeconds(), startOf(reader.details(job))),
                    e);
        }
    }

    private boolean canBeSaved(JobDetailsInfo job, ProgressListener listener) {
        if (job.getJobStatus().isGloballyTerminalState()) {
            throw notStopped(job.getJobId(), "it is " + job.getJobStatus(), null);
        }
        boolean all = allRun(job);
        if (!all) {
            listener.report("a savepoint needs all tasks, so it waits: the job is " + startOf(job));
        }
        return all;
    }

    private static FlinkRestException notStopped(JobID job, String why, Throwable cause) {
        return new FlinkRestException(
                "job %s was not stopped: %s".formatted(job, why), false, cause);
    }

    /** How far a job is that starts or restarts. */
    private String startOf(JobDetailsInfo job) {
        return job.getJobStatus() + ", and " + tasks(job, reader.failure(job.getJobId()));
    }

    private static String tasks(JobDetailsInfo job, String failure) {
        return "%d of %d tasks are running"
                        .formatted(ClusterReader.startedTasks(job), ClusterReader.tasks(job))
                + (failure == null ? "" : ", after a failure: " + failure);
    }

    /** In a bounded run, tasks finish while others still wait. A job that starts has none yet. */
    private static boolean allRun(JobDetailsInfo job) {
        return job.getJobStatus() == JobStatus.RUNNING
                && ClusterReader.startedTasks(job) == ClusterReader.tasks(job);
    }

    private SavepointInfo tryToStop(
            JobID job, String folder, CallsFinish calls, Duration atMost, ProgressListener listener)
            throws InterruptedException, TimeoutException {
        SavepointTriggerMessageParameters parameters = new SavepointTriggerMessageParameters();
        parameters.jobID.resolve(job);
        TriggerId trigger =
                rest.call(
                                StopWithSavepointTriggerHeaders.getInstance(),
                                parameters,
                                new StopWithSavepointRequestBody(
                                        folder, false, savepointFormat(), null))
                        .getTriggerId();
        return Polling.until(
                        () -> {
                            calls.renew(listener);
                            if (!calls.isWaitedFor()) {
                                reportTasks(job, listener);
                            }
                            return savepoint(job, trigger);
                        },
                        s -> s.queueStatus().getId() == QueueStatus.Id.COMPLETED,
                        atMost,
                        "the savepoint of job " + job)
                .resource();
    }

    /** That of savepoints which any state backend can restore, except for ForSt, which has none. */
    private SavepointFormatType savepointFormat() {
        try {
            return new ClusterConfiguration(rest).keepsStateInForSt()
                    ? SavepointFormatType.NATIVE
                    : SavepointFormatType.CANONICAL;
        } catch (FlinkRestException e) {
            return SavepointFormatType.CANONICAL;
        }
    }

    /** Cancels a job and waits until it has stopped. */
    public void cancel(JobID job, Duration atMost) throws InterruptedException, TimeoutException {
        rest.call(
                JobCancellationHeaders.getInstance(),
                new JobCancellationMessageParameters()
                        .resolveJobId(job)
                        .resolveTerminationMode(TerminationMode.CANCEL));
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

    private void reportTasks(JobID job, ProgressListener listener) {
        reader.savepointInProgress(job)
                .ifPresent(
                        savepoint ->
                                listener.report(
                                        "%d of %d tasks have written their state"
                                                .formatted(
                                                        savepoint.getNumAckSubtasks(),
                                                        savepoint.getNumSubtasks())));
    }

    private AsynchronousOperationResult<SavepointInfo> savepoint(JobID job, TriggerId trigger) {
        SavepointStatusMessageParameters parameters = new SavepointStatusMessageParameters();
        parameters.jobIdPathParameter.resolve(job);
        parameters.triggerIdPathParameter.resolve(trigger);
        return rest.call(SavepointStatusHeaders.getInstance(), parameters);
    }

    private boolean allTasksRun(JobID job, ProgressListener listener) {
        JobDetailsInfo details = reader.details(job);
        JobStatus status = details.getJobStatus();
        if (status == JobStatus.FINISHED) {
            return true;
        }
        String failure = reader.failure(job);
        if (status.isTerminalState()) {
            throw ended(job, status, failure);
        }
        listener.report(tasks(details, failure));
        return allRun(details);
    }

    private static TimeoutException timeout(String message, TimeoutException cause) {
        TimeoutException e = new TimeoutException(message);
        e.initCause(cause);
        return e;
    }
}
