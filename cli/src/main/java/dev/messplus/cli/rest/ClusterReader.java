package dev.messplus.cli.rest;

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
import org.apache.flink.runtime.rest.messages.JobExceptionsHeaders;
import org.apache.flink.runtime.rest.messages.JobExceptionsInfoWithHistory.RootExceptionInfo;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.JobsOverviewHeaders;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointStatistics;
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

/** Reads how a cluster and the MESS+ jobs on it do. */
public final class ClusterReader {

    private static final Pattern ROUTE = Pattern.compile("\\broute\\b");
    private static final Pattern INFER = Pattern.compile("\\binfer\\b");

    /** Flink's server takes a line of at most 4096 characters. */
    private static final int METRICS_PER_CALL = 20;

    private static final String RESTARTS = "numRestarts";

    private final FlinkRest rest;

    /** A reader of the cluster behind {@code rest}. */
    public ClusterReader(FlinkRest rest) {
        this.rest = rest;
    }

    /**
     * The cluster and some of its jobs.
     *
     * @throws FlinkRestException if it does not answer
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

    /** The MESS+ jobs that have not ended. */
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

    /** What Flink says of a job. */
    JobDetailsInfo details(JobID job) {
        return rest.call(JobDetailsHeaders.getInstance(), of(job), EmptyRequestBody.getInstance());
    }

    /** What a job failed of last, without where; null if it never did. */
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
        Collection<JobVertexDetailsInfo> vertices = details.getJobVertexInfos();
        return new JobView(
                id.toHexString(),
                details.getName(),
                details.getJobStatus().name(),
                vertices.stream().mapToInt(ClusterReader::running).sum(),
                vertices.stream().mapToInt(JobVertexDetailsInfo::getParallelism).sum(),
                runs ? details.getNow() - details.getTimestamps().get(JobStatus.RUNNING) : null,
                restarts(id),
                failure(id),
                checkpoint(id, details.getNow()),
                slas(id, vertices));
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

    /** The savepoint that a job is writing. */
    Optional<CheckpointStatistics> savepointInProgress(JobID job) {
        return checkpoints(job).getHistory().stream()
                .filter(checkpoint -> checkpoint.getStatus() == CheckpointStatsStatus.IN_PROGRESS)
                .filter(CheckpointStatistics::isSavepoint)
                .findFirst();
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
        Map<String, String> names =
                rest.call(JobConfigHeaders.getInstance(), of(job), EmptyRequestBody.getInstance())
                        .getExecutionConfigInfo()
                        .getGlobalJobParameters();
        RouteMetrics metrics = new RouteMetrics(list(names, "slas"), list(names, "zoo"));
        for (JobVertexDetailsInfo vertex : vertices) {
            if (ROUTE.matcher(vertex.getName()).find()) {
                read(job, vertex.getJobVertexID(), metrics);
            }
        }
        return metrics.slas();
    }

    private void read(JobID job, JobVertexID vertex, RouteMetrics metrics) {
        List<String> ids =
                metrics(job, vertex, List.of()).stream()
                        .map(Metric::getId)
                        .filter(RouteMetrics::isOfInterest)
                        .toList();
        for (int from = 0; from < ids.size(); from += METRICS_PER_CALL) {
            int to = Math.min(ids.size(), from + METRICS_PER_CALL);
            metrics(job, vertex, ids.subList(from, to)).stream()
                    .filter(metric -> Objects.nonNull(metric.getValue()))
                    .forEach(metric -> metrics.put(metric.getId(), metric.getValue()));
        }
    }

    /** Those named, or the names of all. */
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

    /** The filter is the one query parameter that these have, and private. */
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

    static int running(JobVertexDetailsInfo vertex) {
        return vertex.getTasksPerState().getOrDefault(ExecutionState.RUNNING, 0);
    }

    private static boolean isMess(JobDetailsInfo job) {
        return List.of(ROUTE, INFER).stream()
                .allMatch(
                        operator ->
                                job.getJobVertexInfos().stream()
                                        .anyMatch(v -> operator.matcher(v.getName()).find()));
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
