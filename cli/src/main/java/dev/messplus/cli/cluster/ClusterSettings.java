package dev.messplus.cli.cluster;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.messplus.minicluster.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.TaskManagerOptions.TaskManagerLoadBalanceMode;
import org.apache.flink.configuration.WebOptions;

/** Flink's options for a cluster on one machine: on loopback, small, and quick to recover. */
final class ClusterSettings {

    /** The packages of java.base that Flink's own {@code config.yaml} opens. */
    private static final List<String> OPENED_PACKAGES =
            List.of(
                    "java.lang",
                    "java.lang.reflect",
                    "java.io",
                    "java.net",
                    "java.nio",
                    "sun.nio.ch",
                    "java.text",
                    "java.time",
                    "java.util",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    "java.util.concurrent.locks");

    private final Path folder;

    ClusterSettings(Path folder) {
        this.folder = folder;
    }

    /** The options that all processes share. */
    Configuration of(ClusterOptions options, int restPort, int rpcPort) {
        Configuration c = new Configuration();
        listenOnLoopback(c, restPort, rpcPort);
        setFolders(c);
        setMemory(c, options.slots());
        // One slot per TaskManager is enough, so that a job still fits after the loss of one.
        c.set(CoreOptions.DEFAULT_PARALLELISM, options.taskManagers());
        c.set(TaskManagerOptions.TASK_MANAGER_LOAD_BALANCE_MODE, TaskManagerLoadBalanceMode.SLOTS);
        setRecovery(c);
        c.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ofSeconds(1));
        c.set(CoreOptions.FLINK_JVM_OPTIONS, javaOptions());
        c.addAll(Configuration.fromMap(options.settings()));
        return c;
    }

    /** Adds the options with which jobs survive the loss of the JobManager. */
    void addHighAvailability(Configuration c, String zooKeeper) {
        c.set(HighAvailabilityOptions.HA_MODE, "zookeeper");
        c.set(HighAvailabilityOptions.HA_ZOOKEEPER_QUORUM, zooKeeper);
        c.set(HighAvailabilityOptions.HA_STORAGE_PATH, uri("ha"));
        // A killed JobManager stays the leader until its session ends.
        c.set(HighAvailabilityOptions.ZOOKEEPER_SESSION_TIMEOUT, Duration.ofSeconds(5));
    }

    /** Writes options as a {@code config.yaml}. */
    static void write(Configuration settings, Path file) throws IOException {
        new YAMLMapper().writeValue(file.toFile(), new TreeMap<>(settings.toMap()));
    }

    private static void listenOnLoopback(Configuration c, int restPort, int rpcPort) {
        c.set(RestOptions.ADDRESS, Ports.LOOPBACK);
        c.set(RestOptions.BIND_ADDRESS, Ports.LOOPBACK);
        c.set(RestOptions.PORT, restPort);
        c.set(RestOptions.BIND_PORT, String.valueOf(restPort));
        c.set(JobManagerOptions.ADDRESS, Ports.LOOPBACK);
        c.set(JobManagerOptions.BIND_HOST, Ports.LOOPBACK);
        c.set(JobManagerOptions.PORT, rpcPort);
        c.set(TaskManagerOptions.HOST, Ports.LOOPBACK);
        c.set(TaskManagerOptions.BIND_HOST, Ports.LOOPBACK);
    }

    private void setFolders(Configuration c) {
        c.set(CoreOptions.TMP_DIRS, folder.resolve("tmp").toString());
        c.set(WebOptions.UPLOAD_DIR, folder.resolve("uploads").toString());
        c.set(BlobServerOptions.STORAGE_DIRECTORY, folder.resolve("blobs").toString());
        c.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, uri("checkpoints"));
        c.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, uri("savepoints"));
    }

    private static void setMemory(Configuration c, int slots) {
        c.set(JobManagerOptions.TOTAL_PROCESS_MEMORY, MemorySize.ofMebiBytes(1088));
        c.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
        // 4,000 calls in flight keep 140 MB alive. On a heap of 352 MB, which 1,024 MB give, a
        // request takes nearly twice the CPU time, for collections.
        c.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, MemorySize.ofMebiBytes(1728));
        c.set(TaskManagerOptions.JVM_OVERHEAD_MIN, MemorySize.ofMebiBytes(128));
        c.set(TaskManagerOptions.JVM_OVERHEAD_MAX, MemorySize.ofMebiBytes(128));
        // Requests that are decided wait in fewer bytes of buffers for their calls.
        c.set(TaskManagerOptions.MEMORY_SEGMENT_SIZE, MemorySize.parse("4kb"));
        c.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(32));
        c.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(32));
        c.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(128));
    }

    private static void setRecovery(Configuration c) {
        c.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        c.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        c.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(2));
        c.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofSeconds(10));
        c.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        c.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                Duration.ofSeconds(1));
        c.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
                Duration.ofSeconds(10));
    }

    private static String javaOptions() {
        return OPENED_PACKAGES.stream()
                .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
                .collect(Collectors.joining(" "));
    }

    private String uri(String name) {
        return folder.resolve(name).toUri().toString();
    }
}
