package dev.messplus.local.rest;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.rest.FileUpload;
import org.apache.flink.runtime.rest.handler.async.AsynchronousOperationResult;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobCancellationHeaders;
import org.apache.flink.runtime.rest.messages.JobCancellationMessageParameters;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.TerminationModeQueryParameter.TerminationMode;
import org.apache.flink.runtime.rest.messages.TriggerId;
import org.apache.flink.runtime.rest.messages.job.JobDetailsHeaders;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
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

/** Starts and stops jobs of a cluster. */
public final class JobControl {

    private static final String JAR = "application/x-java-archive";

    private final FlinkRest rest;

    /** Control over the jobs behind {@code rest}. */
    public JobControl(FlinkRest rest) {
        this.rest = rest;
    }

    /**
     * Uploads a job's jar and starts it.
     *
     * @throws FlinkRestException if the cluster cannot be reached, or with what its {@code main}
     *     threw there
     */
    public JobID submit(Submission submission) {
        String jar = upload(submission);
        try {
            return run(jar, submission);
        } finally {
            delete(jar);
        }
    }

    /**
     * Waits until all tasks of a job run.
     *
     * @throws FlinkRestException if the job ends instead
     */
    public void awaitRunning(JobID job, Duration atMost)
            throws InterruptedException, TimeoutException {
        Polling.until(
                () -> details(job), JobControl::runsOrEnded, atMost, "all tasks of job " + job);
    }

    /** What a job is and does. */
    public JobDetailsInfo details(JobID job) {
        JobMessageParameters parameters = new JobMessageParameters();
        parameters.jobPathParameter.resolve(job);
        return rest.call(
                JobDetailsHeaders.getInstance(), parameters, EmptyRequestBody.getInstance());
    }

    /**
     * Stops a job with a savepoint and waits for that.
     *
     * @param folder for the savepoint; null for the cluster's own
     * @return where the savepoint is
     */
    public String stop(JobID job, String folder, Duration atMost)
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
        SavepointInfo savepoint =
                Polling.until(
                                () -> savepoint(job, trigger),
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
                () -> details(job).getJobStatus(),
                JobStatus::isGloballyTerminalState,
                atMost,
                "end of job " + job);
    }

    private AsynchronousOperationResult<SavepointInfo> savepoint(JobID job, TriggerId trigger) {
        SavepointStatusMessageParameters parameters = new SavepointStatusMessageParameters();
        parameters.jobIdPathParameter.resolve(job);
        parameters.triggerIdPathParameter.resolve(trigger);
        return rest.call(
                SavepointStatusHeaders.getInstance(), parameters, EmptyRequestBody.getInstance());
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
                                submission.parallelism(),
                                null,
                                null,
                                submission.savepoint(),
                                null,
                                settings))
                .getJobId();
    }

    private void delete(String jar) {
        JarDeleteMessageParameters parameters = new JarDeleteMessageParameters();
        parameters.jarIdPathParameter.resolve(jar);
        rest.call(JarDeleteHeaders.getInstance(), parameters, EmptyRequestBody.getInstance());
    }

    private static boolean runsOrEnded(JobDetailsInfo details) {
        if (details.getJobStatus().isTerminalState()) {
            if (details.getJobStatus() == JobStatus.FINISHED) {
                return true;
            }
            throw new FlinkRestException(
                    "job %s is %s".formatted(details.getJobId(), details.getJobStatus()),
                    false,
                    null);
        }
        return details.getJobVertexInfos().stream()
                .allMatch(
                        vertex ->
                                vertex.getTasksPerState().getOrDefault(ExecutionState.RUNNING, 0)
                                        == vertex.getParallelism());
    }
}
