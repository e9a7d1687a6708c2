package dev.messplus.cli.rest;

import dev.messplus.job.JobParameters;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.checkpoint.CheckpointStatsStatus;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.messages.webmonitor.JobDetails;
import org.apache.flink.runtime.rest.handler.legacy.messages.ClusterOverviewWithVersion;
import org.apache.flink.runtime.rest.messages.ConversionException;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobConfigHeaders;
import org.apache.flink.runtime.rest.messages.JobConfigInfo.ExecutionConfigInfo;
import org.apache.flink.runtime.rest.messages.JobExceptionsHeaders;
import org.apache.flink.runtime.rest.messages.JobExceptionsInfoWithHistory.RootExceptionInfo;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.JobsOverviewHeaders;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointStatistics.CompletedCheckpointStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatisticsHeaders;
import org.apache.flink.runtime.rest.messages.job.JobDetailsHeaders;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo.JobVertexDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobExceptionsMessageParameters;
import org.apache.flink.runtime.rest.messages.job.metrics.JobMetricsHeaders;
import org.apache.flink.runtime.rest.messages.job.metrics.JobMetricsMessageParameters;
import org.apache.flink.runtime.rest.messages.job.metrics.JobVertexMetricsHeaders;
import org.apache.flink.runtime.rest.messages.job.metrics.JobVertexMetricsMessageParameters;
import org.apache.flink.runtime.rest.messages.job.metrics.Metric;

/** Reads the state of a cluster and of the MESS+ jobs on it. */
public final class ClusterReader {

    private static final Pattern ROUTE = Pattern.compile("\\broute\\b");
    private static final Pattern INFER = Pattern.compile("\\binfer\\b");

    /** An operator that only bounded runs have. */
    private static final Pattern END_OF_RUN = Pattern.compile("\\bend of run\\b");

    /** Keeps request lines below the 4,096 characters that Flink's server accepts. */
    private static final int METRICS_PER_CALL = 20;

    private static final String RESTARTS = "numRestarts";

    private final FlinkRest rest;

    /** Creates a reader of the cluster behind {@code rest}. */
    public ClusterReader(FlinkRest rest) {
        this.rest = rest;
    }

    /**
     * The state of the cluster and of some of its jobs.
     *
     * @throws FlinkRestException if the cluster does not answer
     */
    public ClusterView view(Collection<JobID> jobs) {
        ClusterOverviewWithVersion overview = rest.overview();
        return new ClusterView(
                rest.url(),
                overview.getVersion(),
                overview.getNumTaskManagersConnected(),
                overview.getNumSlotsTotal(),
                overview.getNumSlotsAvailable(),
                jobs.stream().map(this::job).toList());
    }

    /** The MESS+ jobs that have not reached a terminal state. */
    public List<RunningJob> jobs() {
        return rest
                .call(
                        JobsOverviewHeaders.getInstance(),
                        EmptyMessageParameters.getInstance(),
                        EmptyRequestBody.getInstance())
                .getJobs()
                .stream()
                .filter(job -> !job.getStatus().isGloballyTerminalState())
                .map(JobDetails::getJobId)
                .map(this::details)
                .filter(ClusterReader::isMess)
                .map(job -> new RunningJob(job.getJobId(), job.getName(), job.getJobStatus()))
                .toList();
    }

    /** How a job was started. */
    public JobStart start(JobID job) {
        JobDetailsInfo details = details(job);
        return new JobStart(
                details.getName(), configuration(job).getParallelism(), has(END_OF_RUN, details));
    }

    /** What a job tells of its configuration, by the names in {@link JobParameters}. */
    Map<String, String> parameters(JobID job) {
        return configuration(job).getGlobalJobParameters();
    }

    private ExecutionConfigInfo configuration(JobID job) {
        return rest.call(JobConfigHeaders.getInstance(), of(job), EmptyRequestBody.getInstance())
                .getExecutionConfigInfo();
    }

    /** Flink's details of a job. */
    JobDetailsInfo details(JobID job) {
        return rest.call(JobDetailsHeaders.getInstance(), of(job), EmptyRequestBody.getInstance());
    }

    /** The cause of a job's last failure, without a stack trace; null if it never failed. */
    String failure(JobID job) {
        JobExceptionsMessageParameters parameters = new JobExceptionsMessageParameters();
        parameters.jobPathParameter.resolve(job);
        List<RootExceptionInfo> failures =
                rest.call(
                                JobExceptionsHeaders.getInstance(),
                                parameters,
                                EmptyRequestBody.getInstance())
                        .getExceptionHistory()
                        .getEntries();
        return failures.isEmpty() ? null : ServerErrors.cause(failures.get(0).getStacktrace());
    }

    private JobView job(JobID id) {
        JobDetailsInfo details = details(id);
        boolean runs = details.getJobStatus() == JobStatus.RUNNING;
        return JobViewBuilder.builder()
                .id(id.toHexString())
                .name(details.getName())
                .state(details.getJobStatus().name())
                .runningTasks(runningTasks(details))
                .tasks(tasks(details))
                .uptimeMillis(
                        runs
                                ? details.getNow() - details.getTimestamps().get(JobStatus.RUNNING)
                                : null)
                .restarts(restarts(id))
                .failure(failure(id))
                .checkpoint(checkpoint(id, details.getNow()))
                .slas(slas(id, details.getJobVertexInfos()))
                .build();
    }

    private Long restarts(JobID job) {
        JobMetricsMessageParameters parameters = new JobMetricsMessageParameters();
        parameters.jobPathParameter.resolve(job);
        parameters.metricsFilterParameter.resolve(List.of(RESTARTS));
        return rest
                .call(JobMetricsHeaders.getInstance(), parameters, EmptyRequestBody.getInstance())
                .getMetrics()
                .stream()
                .map(Metric::getValue)
                .map(Long::valueOf)
                .findFirst()
                .orElse(null);
    }

    /** The savepoint that a job is taking. */
    Optional<CheckpointStatistics> savepointInProgress(JobID job) {
        return checkpoints(job).getHistory().stream()
                .filter(checkpoint -> checkpoint.getStatus() == CheckpointStatsStatus.IN_PROGRESS)
                .filter(CheckpointStatistics::isSavepoint)
                .findFirst();
    }

    /** Path of the last completed checkpoint; empty if there is none, or if it was not kept. */
    public Optional<String> checkpointPath(JobID job) {
        return Optional.ofNullable(
                        checkpoints(job).getLatestCheckpoints().getCompletedCheckpointStatistics())
                .map(CompletedCheckpointStatistics::getExternalPath);
    }

    private JobView.Checkpoint checkpoint(JobID job, long nowMillis) {
        CheckpointStatistics completed =
                checkpoints(job).getLatestCheckpoints().getCompletedCheckpointStatistics();
        return completed == null
                ? null
                : new JobView.Checkpoint(
                        completed.getId(),
                        nowMillis - completed.getLatestAckTimestamp(),
                        completed.getStateSize(),
                        completed.getDuration());
    }

    private CheckpointingStatistics checkpoints(JobID job) {
        return rest.call(
                CheckpointingStatisticsHeaders.getInstance(),
                of(job),
                EmptyRequestBody.getInstance());
    }

    private List<SlaView> slas(JobID job, Collection<JobVertexDetailsInfo> vertices) {
        Map<String, String> names = parameters(job);
        RouteMetricsReader metrics =
                new RouteMetricsReader(
                        list(names, JobParameters.SLAS), list(names, JobParameters.ZOO));
        for (JobVertexDetailsInfo vertex : vertices) {
            if (ROUTE.matcher(vertex.getName()).find()) {
                read(job, vertex.getJobVertexID(), metrics);
            }
        }
        return metrics.slas();
    }

    private void read(JobID job, JobVertexID vertex, RouteMetricsReader metrics) {
        List<String> ids =
                metrics(job, vertex, List.of()).stream()
                        .map(Metric::getId)
                        .filter(RouteMetricsReader::isOfInterest)
                        .toList();
        for (int from = 0; from < ids.size(); from += METRICS_PER_CALL) {
            int to = Math.min(ids.size(), from + METRICS_PER_CALL);
            metrics(job, vertex, ids.subList(from, to)).stream()
                    .filter(metric -> Objects.nonNull(metric.getValue()))
                    .forEach(metric -> metrics.put(metric.getId(), metric.getValue()));
        }
    }

    /** The metrics with these ids and their values, or the ids of all metrics if none is given. */
    private Collection<Metric> metrics(JobID job, JobVertexID vertex, List<String> ids) {
        JobVertexMetricsMessageParameters parameters = new JobVertexMetricsMessageParameters();
        parameters.jobPathParameter.resolve(job);
        parameters.jobVertexIdPathParameter.resolve(vertex);
        if (!ids.isEmpty()) {
            filter(parameters, ids);
        }
        return rest.call(
                        JobVertexMetricsHeaders.getInstance(),
                        parameters,
                        EmptyRequestBody.getInstance())
                .getMetrics();
    }

    /** Sets the filter, which is the only query parameter and has no accessor. */
    private static void filter(JobVertexMetricsMessageParameters parameters, List<String> ids) {
        try {
            parameters
                    .getQueryParameters()
                    .iterator()
                    .next()
                    .resolveFromString(String.join(",", ids));
        } catch (ConversionException e) {
            throw new IllegalStateException(e);
        }
    }

    static int runningTasks(JobDetailsInfo job) {
        return tasks(job, ExecutionState.RUNNING);
    }

    static int finishedTasks(JobDetailsInfo job) {
        return tasks(job, ExecutionState.FINISHED);
    }

    private static int tasks(JobDetailsInfo job, ExecutionState state) {
        return job.getJobVertexInfos().stream()
                .mapToInt(v -> v.getTasksPerState().getOrDefault(state, 0))
                .sum();
    }

    static int tasks(JobDetailsInfo job) {
        return job.getJobVertexInfos().stream()
                .mapToInt(JobVertexDetailsInfo::getParallelism)
                .sum();
    }

    private static boolean isMess(JobDetailsInfo job) {
        return has(ROUTE, job) && has(INFER, job);
    }

    private static boolean has(Pattern operator, JobDetailsInfo job) {
        return job.getJobVertexInfos().stream()
                .anyMatch(vertex -> operator.matcher(vertex.getName()).find());
    }

    private static List<String> list(Map<String, String> names, String key) {
        return Arrays.stream(names.getOrDefault(key, "").split(",", -1))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static JobMessageParameters of(JobID job) {
        JobMessageParameters parameters = new JobMessageParameters();
        parameters.jobPathParameter.resolve(job);
        return parameters;
    }
}
