package dev.messplus.cli.rest;

import dev.messplus.job.JobParameters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.checkpoint.CheckpointStatsStatus;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.messages.webmonitor.JobDetails;
import org.apache.flink.runtime.rest.handler.legacy.messages.ClusterOverviewWithVersion;
import org.apache.flink.runtime.rest.messages.JobConfigHeaders;
import org.apache.flink.runtime.rest.messages.JobConfigInfo.ExecutionConfigInfo;
import org.apache.flink.runtime.rest.messages.JobExceptionsHeaders;
import org.apache.flink.runtime.rest.messages.JobExceptionsInfoWithHistory.RootExceptionInfo;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.JobsOverviewHeaders;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointStatistics.CompletedCheckpointStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointStatistics.FailedCheckpointStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics.LatestCheckpoints;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatisticsHeaders;
import org.apache.flink.runtime.rest.messages.job.JobDetailsHeaders;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo.JobVertexDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobExceptionsMessageParameters;
import org.apache.flink.runtime.rest.messages.job.metrics.IOMetricsInfo;
import org.apache.flink.runtime.rest.messages.job.metrics.JobMetricsHeaders;
import org.apache.flink.runtime.rest.messages.job.metrics.JobMetricsMessageParameters;
import org.apache.flink.runtime.rest.messages.job.metrics.Metric;

/** Reads the state of a cluster and of the MESS+ jobs on it. */
public final class ClusterReader {

    private static final Pattern ROUTE = Pattern.compile("\\broute\\b");
    private static final Pattern INFER = Pattern.compile("\\binfer\\b");

    /** An operator that only bounded runs have. */
    private static final Pattern END_OF_RUN = Pattern.compile("\\bend of run\\b");

    private static final Pattern REQUESTS = Pattern.compile("^Source: requests\\b");

    /** Flink writes a colon and a blank as underscores. */
    private static final Pattern PENDING_RECORDS =
            Pattern.compile("\\d+\\.Source__requests\\.pendingRecords");

    private static final Pattern BROKER_CONNECTIONS =
            Pattern.compile(
                    "\\d+\\.Source__requests\\.KafkaSourceReader\\.KafkaConsumer\\.connection-count");

    /** The name of a task is that of its first operator, an arrow, and those that follow. */
    private static final Pattern FIRST_OPERATOR =
            Pattern.compile("^(?:Source: )?(.*?)(?: -> .*|: Writer.*)?$");

    private static final String RESTARTS = "numRestarts";

    private final FlinkRest rest;

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
    public List<ListedJob> jobs() {
        return allJobs().stream().filter(job -> !job.state().isGloballyTerminalState()).toList();
    }

    /** The same and, behind them, those that have ended and that the cluster still knows. */
    public List<ListedJob> allJobs() {
        return overview()
                .sorted(
                        Comparator.comparing(
                                (JobDetails job) -> job.getStatus().isGloballyTerminalState()))
                .map(JobDetails::getJobId)
                .map(this::details)
                .filter(ClusterReader::isMess)
                .map(job -> new ListedJob(job.getJobId(), job.getName(), job.getJobStatus()))
                .toList();
    }

    /** The jobs of any kind that a JobManager is about to start. */
    List<ListedJob> initializing() {
        return overview()
                .filter(job -> job.getStatus() == JobStatus.INITIALIZING)
                .map(job -> new ListedJob(job.getJobId(), job.getJobName(), job.getStatus()))
                .toList();
    }

    private Stream<JobDetails> overview() {
        return rest.call(JobsOverviewHeaders.getInstance()).getJobs().stream();
    }

    /** The most that the metrics of jobs may be out of date. */
    public Duration metricsAge() {
        return new ClusterConfiguration(rest).metricsAge();
    }

    public JobStart start(JobID job) {
        JobDetailsInfo details = details(job);
        ExecutionConfigInfo configuration = configuration(job);
        Map<String, String> parameters = configuration.getGlobalJobParameters();
        String jars = parameters.get(JobParameters.JARS);
        return new JobStart(
                parameters.get(JobParameters.CONFIG),
                jars == null ? List.of() : List.of(jars.split(JobParameters.JARS_DELIMITER)),
                details.getName(),
                configuration.getParallelism(),
                has(END_OF_RUN, details));
    }

    /** What a job states of its configuration, by the names in {@link JobParameters}. */
    Map<String, String> parameters(JobID job) {
        return configuration(job).getGlobalJobParameters();
    }

    private ExecutionConfigInfo configuration(JobID job) {
        return rest.call(JobConfigHeaders.getInstance(), of(job)).getExecutionConfigInfo();
    }

    JobDetailsInfo details(JobID job) {
        return rest.call(JobDetailsHeaders.getInstance(), of(job));
    }

    /** The cause of a job's last failure, without a stack trace; null if it never failed. */
    String failure(JobID job) {
        JobExceptionsMessageParameters parameters = new JobExceptionsMessageParameters();
        parameters.jobPathParameter.resolve(job);
        List<RootExceptionInfo> failures =
                rest.call(JobExceptionsHeaders.getInstance(), parameters)
                        .getExceptionHistory()
                        .getEntries();
        return failures.isEmpty() ? null : FlinkErrors.cause(failures.get(0).getStacktrace());
    }

    /**
     * The state of a job.
     *
     * @throws FlinkRestException if the cluster does not answer, or does not know the job
     */
    public JobView job(JobID id) {
        JobDetailsInfo details = details(id);
        boolean runs = details.getJobStatus() == JobStatus.RUNNING;
        CheckpointingStatistics checkpoints = checkpoints(id);
        JobMetricsReader metrics = metrics(details);
        return JobViewBuilder.builder()
                .id(id.toHexString())
                .name(details.getName())
                .state(details.getJobStatus().name())
                .runningTasks(tasks(details, ExecutionState.RUNNING))
                .tasks(tasks(details))
                .uptimeMillis(
                        runs
                                ? details.getNow() - details.getTimestamps().get(JobStatus.RUNNING)
                                : null)
                .restarts(restarts(id))
                .failure(failure(id))
                .checkpoint(checkpoint(checkpoints, details.getNow()))
                .failedCheckpoints(checkpoints.getCounts().getNumberFailedCheckpoints())
                .checkpointFailure(checkpointFailure(id, checkpoints.getLatestCheckpoints()))
                .backlog(ofRequests(PENDING_RECORDS, details))
                .brokerConnections(ofRequests(BROKER_CONNECTIONS, details))
                .unused(metrics.unused())
                .taskTimes(details.getJobVertexInfos().stream().map(ClusterReader::task).toList())
                .slas(metrics.slas())
                .calls(metrics.calls())
                .build();
    }

    private Long restarts(JobID job) {
        JobMetricsMessageParameters parameters = new JobMetricsMessageParameters();
        parameters.jobPathParameter.resolve(job);
        parameters.metricsFilterParameter.resolve(List.of(RESTARTS));
        return rest.call(JobMetricsHeaders.getInstance(), parameters).getMetrics().stream()
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

    private static JobView.Checkpoint checkpoint(
            CheckpointingStatistics checkpoints, long nowMillis) {
        CheckpointStatistics completed =
                checkpoints.getLatestCheckpoints().getCompletedCheckpointStatistics();
        return completed == null
                ? null
                : new JobView.Checkpoint(
                        completed.getId(),
                        nowMillis - completed.getLatestAckTimestamp(),
                        completed.getStateSize(),
                        completed.getDuration());
    }

    private String checkpointFailure(JobID job, LatestCheckpoints latest) {
        FailedCheckpointStatistics failed = latest.getFailedCheckpointStatistics();
        return failed == null
                        || failed.isSavepoint()
                        || isAfter(failed, latest.getCompletedCheckpointStatistics())
                        || isAfter(failed, latest.getSavepointStatistics())
                ? null
                : new CheckpointDisk(
                                new ClusterConfiguration(rest).checkpointFolder(),
                                job.toHexString())
                        .explain(FlinkErrors.cause(failed.getFailureMessage()));
    }

    private static boolean isAfter(CheckpointStatistics failed, CheckpointStatistics completed) {
        return completed != null && completed.getId() > failed.getId();
    }

    private CheckpointingStatistics checkpoints(JobID job) {
        return rest.call(CheckpointingStatisticsHeaders.getInstance(), of(job));
    }

    /** The metrics of the job's own operators. */
    private JobMetricsReader metrics(JobDetailsInfo job) {
        Map<String, String> names = parameters(job.getJobId());
        JobMetricsReader metrics =
                new JobMetricsReader(
                        list(names, JobParameters.SLAS),
                        list(names, JobParameters.ZOO),
                        subtasks(ROUTE, job));
        metrics(JobMetricsReader.TASKS, job)
                .forEach(task -> task.read(JobMetricsReader::isOfInterest, metrics::put));
        return metrics;
    }

    /** Number of subtasks of an operator. */
    private static int subtasks(Pattern operator, JobDetailsInfo job) {
        return job.getJobVertexInfos().stream()
                .filter(vertex -> operator.matcher(vertex.getName()).find())
                .mapToInt(JobVertexDetailsInfo::getParallelism)
                .max()
                .orElse(1);
    }

    /** A number of the source of requests, over all subtasks; null if none reports it. */
    private Long ofRequests(Pattern metric, JobDetailsInfo job) {
        List<Long> bySubtask = new ArrayList<>();
        metrics(REQUESTS, job)
                .forEach(
                        requests ->
                                requests.read(
                                        metric.asMatchPredicate(),
                                        (id, number) ->
                                                bySubtask.add(
                                                        Math.round(Double.parseDouble(number)))));
        return bySubtask.stream().reduce(Long::sum).orElse(null);
    }

    /** The metrics of the tasks that have an operator. */
    private Stream<VertexMetrics> metrics(Pattern operator, JobDetailsInfo job) {
        return job.getJobVertexInfos().stream()
                .filter(vertex -> operator.matcher(vertex.getName()).find())
                .map(vertex -> new VertexMetrics(rest, job.getJobId(), vertex.getJobVertexID()));
    }

    private static TaskView task(JobVertexDetailsInfo vertex) {
        IOMetricsInfo metrics = vertex.getJobVertexMetrics();
        double busyMillis = metrics.getAccumulatedBusy();
        return new TaskView(
                FIRST_OPERATOR.matcher(vertex.getName()).replaceFirst("$1"),
                vertex.getParallelism(),
                Double.isFinite(busyMillis) ? busyMillis : null,
                (double) metrics.getAccumulatedBackpressured());
    }

    /** Those that run or have finished. */
    static int startedTasks(JobDetailsInfo job) {
        return tasks(job, ExecutionState.RUNNING) + tasks(job, ExecutionState.FINISHED);
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
