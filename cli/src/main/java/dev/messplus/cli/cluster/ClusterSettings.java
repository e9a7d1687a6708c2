package dev.messplus.cli.cluster;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;

/** Flink's options for a cluster on one machine: on loopback, small, and quick to recover. */
final class ClusterSettings {

    private static final String DEFAULTS = "flink.yaml";

    private static final YAMLMapper YAML = new YAMLMapper();

    private final Path folder;

    ClusterSettings(Path folder) {
        this.folder = folder;
    }

    /** The options that all processes share. */
    Configuration of(ClusterOptions options, int restPort, int rpcPort) throws IOException {
        Configuration c = defaults();
        c.set(RestOptions.PORT, restPort);
        c.set(RestOptions.BIND_PORT, String.valueOf(restPort));
        c.set(JobManagerOptions.PORT, rpcPort);
        c.set(CoreOptions.TMP_DIRS, folder.resolve("tmp").toString());
        c.set(WebOptions.UPLOAD_DIR, folder.resolve("uploads").toString());
        c.set(BlobServerOptions.STORAGE_DIRECTORY, folder.resolve("blobs").toString());
        c.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, uri("checkpoints"));
        c.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, uri("savepoints"));
        c.set(TaskManagerOptions.NUM_TASK_SLOTS, options.slots());
        // One slot per TaskManager is enough, so that a job still fits after the loss of one.
        c.set(CoreOptions.DEFAULT_PARALLELISM, options.taskManagers());
        c.addAll(Configuration.fromMap(options.settings()));
        return c;
    }

    private static Configuration defaults() throws IOException {
        try (InputStream in = ClusterSettings.class.getResourceAsStream(DEFAULTS)) {
            return Configuration.fromMap(
                    YAML.readValue(in, new TypeReference<Map<String, String>>() {}));
        }
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
        YAML.writeValue(file.toFile(), new TreeMap<>(settings.toMap()));
    }

    private String uri(String name) {
        return folder.resolve(name).toUri().toString();
    }
}
