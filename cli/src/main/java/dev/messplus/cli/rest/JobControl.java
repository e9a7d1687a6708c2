package dev.messplus.cli.rest;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.rest.FileUpload;
import org.apache.flink.runtime.rest.handler.async.AsynchronousOperationResult;
import org.apache.flink.runtime.rest.handler.legacy.messages.ClusterOverviewWithVersion;
import org.apache.flink.runtime.rest.messages.ClusterConfigurationInfoHeaders;
import org.apache.flink.runtime.rest.messages.ConfigurationInfoEntry;
import org.apache.flink.runtime.rest.messages.DashboardConfigurationHeaders;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobCancellationHeaders;
import org.apache.flink.runtime.rest.messages.JobCancellationMessageParameters;
import org.apache.flink.runtime.rest.messages.TerminationModeQueryParameter.TerminationMode;
import org.apache.flink.runtime.rest.messages.TriggerId;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo.JobVertexDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.savepoints.SavepointInfo;
import org.apache.flink.runtime.rest.messages.job.savepoints.SavepointStatusHeaders;
import org.apache.flink.runtime.rest.messages.job.savepoints.SavepointStatusMessageParameters;
import org.apache.flink.runtime.rest.messages.job.savepoints.SavepointTriggerMessageParameters;
import org.apache.flink.runtime.rest.messages.job.savepoints.stop.StopWithSavepointRequestBody;
import org.apache.flink.runtime.rest.messages.job.savepoints.stop.StopWithSavepointTriggerHeaders;
import org.apache.flink.runtime.rest.messages.queue.QueueStatus;
import org.apache.flink.runtime.webmonitor.handlers.JarDeleteHeaders;
import org.apache.flink.runtime.webmonitor.handlers.JarDeleteMessageParameters;
import org.apache.flink.runtime.webmonitor.handlers.JarRunHeaders;
import org.apache.flink.runtime.webmonitor.handlers.JarRunMessageParameters;
import org.apache.flink.runtime.webmonitor.handlers.JarRunRequestBody;
import org.apache.flink.runtime.webmonitor.handlers.JarUploadHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops jobs of a cluster. */
public final class JobControl {

    private static final Logger LOG = LoggerFactory.getLogger(JobControl.class);

    private static final String JAR = "application/x-java-archive";

    private final FlinkRest rest;
    private final ClusterReader reader;

    /** Control over the jobs behind {@code rest}. */
    public JobControl(FlinkRest rest) {
        this.rest = rest;
        reader = new ClusterReader(rest);
    }

    /**
     * Uploads a job's jar and starts it.
     *
     * @throws FlinkRestException if the cluster cannot be reached or takes no jars, or with what
     *     {@code main} threw there
     */
    public JobID submit(Submission submission) {
        requireSubmission();
        String jar = upload(submission);
        try {
            return run(jar, submission);
        } finally {
            delete(jar);
        }
    }

    /**
     * Waits until all tasks of a job run, or have finished.
     *
     * @param progress is told how far that is, whenever there is news
     * @throws FlinkRestException if the job ends otherwise
     * @throws TimeoutException if that takes too long, with what it waits for or failed of
     */
    public void awaitRunning(JobID job, Duration atMost, Consumer<String> progress)
            throws InterruptedException, TimeoutException {
        News news = new News(progress);
        try {
            Polling.until(
                    () -> starting(job, news), Boolean::booleanValue, atMost, "start of " + job);
        } catch (TimeoutException e) {
            ClusterOverviewWithVersion overview = rest.overview();
            throw timeout(
                    "job %s does not run after %d s: %s; the cluster has %d slots, %d of them free"
                            .formatted(
                                    job,
                                    atMost.toSeconds(),
                                    news.last(),
                                    overview.getNumSlotsTotal(),
                                    overview.getNumSlotsAvailable()),
                    e);
        }
    }

    /**
     * Stops a job with a savepoint and waits for that.
     *
     * @param folder for the savepoint; null for the cluster's own
     * @param progress is told how far that is, whenever there is news
     * @return where the savepoint is
     * @throws FlinkRestException if there is no savepoint, and the job goes on
     */
    public String stop(JobID job, String folder, Duration atMost, Consumer<String> progress)
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
        News news = new News(progress);
        SavepointInfo savepoint =
                Polling.until(
                                () -> savepoint(job, trigger, news),
                                s -> s.queueStatus().getId() == QueueStatus.Id.COMPLETED,
                                atMost,
                                "savepoint of job " + job)
                        .resource();
        if (savepoint.getFailureCause() != null) {
            throw new FlinkRestException(
                    "job %s was not stopped: %s"
                            .formatted(
                                    job,
                                    ServerErrors.cause(
                                            savepoint
                                                    .getFailureCause()
                                                    .getFullStringifiedStackTrace())),
                    false,
                    savepoint.getFailureCause());
        }
        awaitEnd(job, atMost);
        return savepoint.getLocation();
    }

    /** Ends a job at once and waits for that. */
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
                "end of job " + job);
    }

    private AsynchronousOperationResult<SavepointInfo> savepoint(
            JobID job, TriggerId trigger, News news) {
        reader.savepointInProgress(job)
                .ifPresent(
                        savepoint ->
                                news.tell(
                                        "%d of %d tasks have written their part"
                                                .formatted(
                                                        savepoint.getNumAckSubtasks(),
                                                        savepoint.getNumSubtasks())));
        SavepointStatusMessageParameters parameters = new SavepointStatusMessageParameters();
        parameters.jobIdPathParameter.resolve(job);
        parameters.triggerIdPathParameter.resolve(trigger);
        return rest.call(
                SavepointStatusHeaders.getInstance(), parameters, EmptyRequestBody.getInstance());
    }

    private void requireSubmission() {
        boolean taken =
                rest.call(
                                DashboardConfigurationHeaders.getInstance(),
                                EmptyMessageParameters.getInstance(),
                                EmptyRequestBody.getInstance())
                        .getFeatures()
                        .isWebSubmitEnabled();
        if (!taken) {
            throw new FlinkRestException(
                    rest.url()
                            + ": takes no jars, for web.submit.enable is off there; use flink run, or"
                            + " set it",
                    false,
                    null);
        }
    }

    private String upload(Submission submission) {
        String path =
                rest.call(
                                JarUploadHeaders.getInstance(),
                                EmptyMessageParameters.getInstance(),
                                EmptyRequestBody.getInstance(),
                                List.of(new FileUpload(submission.jar(), JAR)))
                        .getFilename();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private JobID run(String jar, Submission submission) {
        JarRunMessageParameters parameters = new JarRunMessageParameters();
        parameters.jarIdPathParameter.resolve(jar);
        Map<String, String> settings =
                submission.name() == null
                        ? Map.of()
                        : Map.of(PipelineOptions.NAME.key(), submission.name());
        return rest.call(
                        JarRunHeaders.getInstance(),
                        parameters,
                        new JarRunRequestBody(
                                null,
                                submission.arguments(),
                                Optional.ofNullable(submission.parallelism())
                                        .orElseGet(this::defaultParallelism),
                                null,
                                null,
                                submission.savepoint(),
                                null,
                                settings))
                .getJobId();
    }

    /** The cluster's, which Flink does not apply to a job that comes over REST; null if unset. */
    private Integer defaultParallelism() {
        return rest
                .call(
                        ClusterConfigurationInfoHeaders.getInstance(),
                        EmptyMessageParameters.getInstance(),
                        EmptyRequestBody.getInstance())
                .stream()
                .filter(entry -> entry.getKey().equals(CoreOptions.DEFAULT_PARALLELISM.key()))
                .map(ConfigurationInfoEntry::getValue)
                .map(Integer::valueOf)
                .findFirst()
                .orElse(null);
    }

    /** The job does not need it any more; one that is left behind only takes space. */
    private void delete(String jar) {
        JarDeleteMessageParameters parameters = new JarDeleteMessageParameters();
        parameters.jarIdPathParameter.resolve(jar);
        try {
            rest.call(JarDeleteHeaders.getInstance(), parameters, EmptyRequestBody.getInstance());
        } catch (FlinkRestException e) {
            LOG.warn("{} is left behind", jar, e);
        }
    }

    private boolean starting(JobID job, News news) {
        JobDetailsInfo details = reader.details(job);
        JobStatus status = details.getJobStatus();
        if (status == JobStatus.FINISHED) {
            return true;
        }
        if (status.isTerminalState()) {
            throw new FlinkRestException(
                    "job %s is %s: %s".formatted(job, status, reader.failure(job)), false, null);
        }
        String failure = reader.failure(job);
        int running = details.getJobVertexInfos().stream().mapToInt(ClusterReader::running).sum();
        int tasks =
                details.getJobVertexInfos().stream()
                        .mapToInt(JobVertexDetailsInfo::getParallelism)
                        .sum();
        news.tell(
                "%d of %d tasks run".formatted(running, tasks)
                        + (failure == null ? "" : ", after a failure: " + failure));
        return running == tasks;
    }

    private static TimeoutException timeout(String message, TimeoutException cause) {
        TimeoutException e = new TimeoutException(message);
        e.initCause(cause);
        return e;
    }
}
