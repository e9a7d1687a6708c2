package dev.messplus.testkit;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.runtime.highavailability.HighAvailabilityServices;
import org.apache.flink.runtime.highavailability.HighAvailabilityServicesFactory;
import org.apache.flink.runtime.highavailability.nonha.embedded.EmbeddedHaServicesWithLeadershipControl;
import org.apache.flink.runtime.highavailability.nonha.embedded.HaLeadershipControl;

/** Decides which JobManager leads a job of an embedded cluster. */
final class TestLeadership {

    /** By the id of their cluster. Flink creates the services from nothing but a configuration. */
    private static final Map<String, HaLeadershipControl> CONTROLS = new ConcurrentHashMap<>();

    private final String clusterId = UUID.randomUUID().toString();

    /** Settings of the cluster, with which it takes part. */
    Configuration settings() {
        Configuration settings = new Configuration();
        settings.set(HighAvailabilityOptions.HA_MODE, Factory.class.getName());
        settings.set(HighAvailabilityOptions.HA_CLUSTER_ID, clusterId);
        return settings;
    }

    /** Has a job start again from its last checkpoint, as after the death of its JobManager. */
    void failOver(JobID job) throws Exception {
        HaLeadershipControl control = CONTROLS.get(clusterId);
        control.revokeJobMasterLeadership(job).get();
        control.grantJobMasterLeadership(job).get();
    }

    /** Forgets the cluster. */
    void close() {
        CONTROLS.remove(clusterId);
    }

    /** Flink finds it by its name. */
    public static final class Factory implements HighAvailabilityServicesFactory {

        @Override
        public HighAvailabilityServices createHAServices(
                Configuration settings, Executor executor) {
            var services = new EmbeddedHaServicesWithLeadershipControl(executor);
            CONTROLS.put(settings.get(HighAvailabilityOptions.HA_CLUSTER_ID), services);
            return services;
        }
    }
}
