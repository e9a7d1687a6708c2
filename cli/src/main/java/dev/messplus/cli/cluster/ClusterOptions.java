package dev.messplus.cli.cluster;

import java.nio.file.Path;
import java.util.Map;

/**
 * The options of a cluster.
 *
 * @param folder for the configuration, logs, checkpoints and all other files
 * @param restPort port of the web UI and the REST API; 0 for any free port
 * @param taskManagers number of TaskManagers, at least 1
 * @param slots number of slots of each TaskManager, at least 1
 * @param highAvailability whether to start a ZooKeeper, so that jobs survive the loss of the
 *     JobManager
 * @param settings Flink options, which override the defaults for one machine
 */
public record ClusterOptions(
        Path folder,
        int restPort,
        int taskManagers,
        int slots,
        boolean highAvailability,
        Map<String, String> settings) {

    /**
     * Validates the options.
     *
     * @throws IllegalArgumentException if a number is below its minimum
     */
    public ClusterOptions {
        folder = folder.toAbsolutePath().normalize();
        settings = Map.copyOf(settings);
        if (taskManagers < 1) {
            throw new IllegalArgumentException(
                    "--task-managers: must be at least 1, was " + taskManagers);
        }
        if (slots < 1) {
            throw new IllegalArgumentException("--slots: must be at least 1, was " + slots);
        }
    }
}
