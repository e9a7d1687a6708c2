package dev.messplus.cli.cluster;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a cluster is to be.
 *
 * @param folder for its configuration, logs, checkpoints and all else that it writes
 * @param restPort of its web UI and REST; 0 for any free one
 * @param taskManagers to start with
 * @param slots of each TaskManager
 * @param highAvailability whether jobs outlive their JobManager, by a ZooKeeper beside it
 * @param settings of Flink, which come before those that suit one machine
 */
public record ClusterOptions(
        Path folder,
        int restPort,
        int taskManagers,
        int slots,
        boolean highAvailability,
        Map<String, String> settings) {

    /**
     * Checks what is asked.
     *
     * @throws IllegalArgumentException if there is to be no TaskManager, or none with a slot
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
