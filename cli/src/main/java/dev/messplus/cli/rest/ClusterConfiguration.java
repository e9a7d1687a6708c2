package dev.messplus.cli.rest;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.runtime.rest.messages.ClusterConfigurationInfoHeaders;

/** How a cluster is configured, as far as its JobManager reports it. */
final class ClusterConfiguration {

    private static final String KUBERNETES = "kubernetes.";
    private static final String YARN = "yarn.";

    private final Configuration settings = new Configuration();

    ClusterConfiguration(FlinkRest rest) {
        rest.call(ClusterConfigurationInfoHeaders.getInstance())
                .forEach(entry -> settings.setString(entry.getKey(), entry.getValue()));
    }

    /**
     * The cluster's default parallelism, which Flink does not apply to a job submitted over REST;
     * null if it is not set.
     */
    Integer defaultParallelism() {
        return settings.getOptional(CoreOptions.DEFAULT_PARALLELISM).orElse(null);
    }

    /** Whether jobs keep their state in ForSt, unless they say otherwise. */
    boolean keepsStateInForSt() {
        return settings.get(StateBackendOptions.STATE_BACKEND).equalsIgnoreCase("forst");
    }

    /** The folder of checkpoints, as a URI; null if it is not set. */
    String checkpointFolder() {
        return settings.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY).orElse(null);
    }

    /** How long the JobManager keeps metrics before it asks the TaskManagers again. */
    Duration metricsAge() {
        return settings.get(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL);
    }

    /**
     * Whether the number of slots may follow from what jobs ask for: on Kubernetes and YARN, Flink
     * starts TaskManagers itself, and an adaptive scheduler makes do with fewer slots.
     */
    boolean isElastic() {
        boolean resourceManager =
                settings.keySet().stream()
                        .anyMatch(key -> key.startsWith(KUBERNETES) || key.startsWith(YARN));
        String scheduler = settings.getString(JobManagerOptions.SCHEDULER.key(), "");
        return resourceManager
                || scheduler.equalsIgnoreCase("adaptive")
                || settings.contains(JobManagerOptions.SCHEDULER_MODE);
    }
}
