package dev.messplus.minicluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointException;
import org.apache.flink.runtime.checkpoint.CheckpointFailureReason;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox.MailboxClosedException;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.ParameterTool;

/** A Flink cluster in this JVM, with its web UI on loopback and its state in a folder. */
public final class EmbeddedFlink implements AutoCloseable {

    /** What is the same in every cluster. */
    private static final String SETTINGS = "flink.properties";

    private static final long POLL_MILLIS = 20;
    private static final int STOP_ATTEMPTS = 5;

    /** Between two attempts, so that the task that was ending has ended. */
    private static final long STOP_PAUSE_MILLIS = 500;

    private static final Set<ExecutionState> RUN =
            Set.of(ExecutionState.RUNNING, ExecutionState.FINISHED);

    private static final Set<CheckpointFailureReason> TASK_ENDS =
            Set.of(
                    // Of a source that has just read its last record.
                    CheckpointFailureReason.TASK_FAILURE,
                    CheckpointFailureReason.TASK_CHECKPOINT_FAILURE,
                    CheckpointFailureReason.CHECKPOINT_DECLINED_TASK_CLOSING,
                    CheckpointFailureReason.CHECKPOINT_DECLINED_TASK_NOT_READY,
                    CheckpointFailureReason.NOT_ALL_REQUIRED_TASKS_RUNNING);

    private final MiniCluster cluster;
    private final Configuration configuration;

    private EmbeddedFlink(MiniCluster cluster, Configuration configuration) {
        this.cluster = cluster;
        this.configuration = configuration;
    }

    /** The same with Flink's own settings. */
    public static EmbeddedFlink start(Path folder, Path log, int port, int slots) throws Exception {
        return start(new Configuration(), folder, log, port, slots);
    }

    /**
     * Starts a cluster of one TaskManager.
     *
     * @param settings Flink configuration; addresses, ports, memory and folders are overridden
     * @param folder folder for state, checkpoints and temporary files
     * @param log log file that the web UI shows
     * @param port port of the web UI and the REST API
     * @param slots slots of the TaskManager; also the default parallelism
     */
    public static EmbeddedFlink start(
            Configuration settings, Path folder, Path log, int port, int slots) throws Exception {
        return start(settings, folder, log, port, slots, 1);
    }

    /**
     * The same with several TaskManagers, more of which can be started.
     *
     * @param slots slots of each; also the default parallelism
     * @param taskManagers at least 2, because one alone has no network
     */
    public static EmbeddedFlink start(
            Configuration settings, Path folder, Path log, int port, int slots, int taskManagers)
            throws Exception {
        Configuration c = new Configuration(settings);
        c.addAll(fixed());
        c.set(RestOptions.PORT, port);
        c.set(RestOptions.BIND_PORT, String.valueOf(port));
        c.set(WebOptions.LOG_PATH, log.toString());
        c.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, uri(folder, "checkpoints"));
        c.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, uri(folder, "savepoints"));
        c.set(CoreOptions.TMP_DIRS, folder.resolve("tmp").toString());
        MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(c)
                                .setNumTaskManagers(taskManagers)
                                .setNumSlotsPerTaskManager(slots)
                                .setRpcServiceSharing(RpcServiceSharing.SHARED)
                                .build());
        cluster.start();
        return new EmbeddedFlink(cluster, c);
    }

    private static Configuration fixed() throws IOException {
        try (InputStream in = EmbeddedFlink.class.getResourceAsStream(SETTINGS)) {
            return ParameterTool.fromPropertiesFile(in).getConfiguration();
        }
    }

    /**
     * An environment for a job on this cluster.
     *
     * @param savepoint URI of the savepoint to start from; {@code null} for none
     */
    public StreamExecutionEnvironment environment(String savepoint) {
        Configuration c = new Configuration(configuration);
        if (savepoint != null) {
            c.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        return StreamExecutionEnvironment.getExecutionEnvironment(c);
    }

    public JobID submit(StreamExecutionEnvironment env, String name) throws Exception {
        var graph = env.getStreamGraph();
        graph.setJobName(name);
        return cluster.submitJob(graph.getJobGraph()).get().getJobID();
    }

    public JobStatus status(JobID job) throws Exception {
        return cluster.getJobStatus(job).get();
    }

    /**
     * Waits until a job has ended.
     *
     * @throws java.util.concurrent.TimeoutException if it has not ended in time
     * @throws Exception if it failed, with the reason
     */
    public void await(JobID job, Duration atMost) throws Exception {
        JobResult result =
                cluster.requestJobResult(job).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        result.toJobExecutionResult(EmbeddedFlink.class.getClassLoader());
    }

    /**
     * Stops a job with a savepoint, which needs all of its tasks: a job that starts or restarts is
     * stopped once they run. A savepoint that fails because a task ends just then, as the sources
     * of a bounded run do, is taken again, {@value #STOP_ATTEMPTS} times in all.
     *
     * @return URI of the savepoint
     * @throws Exception if the job ends by itself, or the savepoint fails
     */
    public String stop(JobID job) throws Exception {
        for (int attempt = 1; ; attempt++) {
            while (!hasEnded(job) && !allTasksRun(job)) {
                Thread.sleep(POLL_MILLIS);
            }
            try {
                return cluster.stopWithSavepoint(job, null, false, SavepointFormatType.CANONICAL)
                        .get();
            } catch (ExecutionException e) {
                if (attempt == STOP_ATTEMPTS || hasEnded(job) || !taskWasEnding(e)) {
                    throw e;
                }
                Thread.sleep(STOP_PAUSE_MILLIS);
            }
        }
    }

    private static boolean taskWasEnding(ExecutionException failure) {
        return ExceptionUtils.findThrowable(failure, CheckpointException.class)
                        .map(CheckpointException::getCheckpointFailureReason)
                        .filter(TASK_ENDS::contains)
                        .isPresent()
                || ExceptionUtils.findThrowable(failure, MailboxClosedException.class).isPresent();
    }

    private boolean hasEnded(JobID job) throws Exception {
        return status(job).isGloballyTerminalState();
    }

    /** In a bounded run, tasks finish while others still wait. A job that starts has none yet. */
    private boolean allTasksRun(JobID job) throws Exception {
        AccessExecutionGraph graph = cluster.getExecutionGraph(job).get();
        return graph.getState() == JobStatus.RUNNING
                && StreamSupport.stream(graph.getAllExecutionVertices().spliterator(), false)
                        .allMatch(task -> RUN.contains(task.getExecutionState()));
    }

    /** Cancels a job without a savepoint. */
    public void cancel(JobID job) throws Exception {
        cluster.cancelJob(job).get();
    }

    /** Starts another TaskManager with as many slots. */
    public void startTaskManager() throws Exception {
        cluster.startTaskManager();
    }

    /** Stops the TaskManager with a number, in the order of starts from 0. */
    public void stopTaskManager(int number) throws Exception {
        cluster.terminateTaskManager(number).get();
    }

    /** URL of the web UI and the REST API. */
    public String url() throws Exception {
        return cluster.getRestAddress().get().toString();
    }

    @Override
    public void close() throws IOException {
        try {
            cluster.close();
        } catch (Exception e) {
            throw new IOException("Flink did not stop cleanly", e);
        }
    }

    private static String uri(Path folder, String name) {
        return folder.resolve(name).toUri().toString();
    }
}
