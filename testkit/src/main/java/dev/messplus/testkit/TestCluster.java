package dev.messplus.testkit;

import dev.messplus.minicluster.EmbeddedFlink;
import dev.messplus.minicluster.EmbeddedKafka;
import dev.messplus.minicluster.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.RpcOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.util.FileUtils;

/**
 * A broker, a Flink cluster and model servers in this JVM. Each starts when it is first used.
 *
 * <p>Most tests need no cluster of their own: {@link SharedCluster} is the one that they share.
 */
public final class TestCluster implements AutoCloseable {

    private final Path folder;
    private final int slots;
    private final int taskManagers;
    private final Configuration flinkSettings;
    private final Map<String, String> brokerSettings;
    private final boolean ownsBroker;
    private EmbeddedKafka broker;
    private final TestLeadership leadership = new TestLeadership();
    private EmbeddedFlink flink;
    private TestModels models;

    private TestCluster(Builder builder) throws IOException {
        folder = Files.createTempDirectory("test-cluster");
        slots = builder.slots;
        taskManagers = builder.taskManagers;
        flinkSettings = builder.flinkSettings;
        flinkSettings.addAll(leadership.settings());
        brokerSettings = builder.brokerSettings;
        ownsBroker = builder.broker == null;
        broker = builder.broker;
    }

    /** A cluster with the default settings. */
    public static TestCluster create() throws IOException {
        return builder().build();
    }

    /** A cluster with other settings. */
    public static Builder builder() {
        return new Builder();
    }

    /** The settings of a cluster. */
    public static final class Builder {

        private final Configuration flinkSettings = new Configuration();
        private int slots = 4;
        private int taskManagers = 1;
        private Map<String, String> brokerSettings = Map.of();
        private EmbeddedKafka broker;

        private Builder() {
            // All parts live in one JVM: one that does not answer is only short of CPU time.
            flinkSettings.set(RpcOptions.ASK_TIMEOUT_DURATION, Duration.ofMinutes(2));
            flinkSettings.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofMinutes(5));
            // What the REST API says of jobs and checkpoints is of now, not of seconds ago.
            flinkSettings.set(WebOptions.REFRESH_INTERVAL, Duration.ofMillis(50));
        }

        /** Slots of the TaskManager, the highest parallelism of a job; 4 by default. */
        public Builder slots(int number) {
            slots = number;
            return this;
        }

        /**
         * Number of TaskManagers; 1 by default. More can be started if it is at least 2, because
         * one alone has no network.
         */
        public Builder taskManagers(int number) {
            taskManagers = number;
            return this;
        }

        /** More settings of the broker. */
        public Builder brokerSettings(Map<String, String> settings) {
            brokerSettings = settings;
            return this;
        }

        /** A broker that already runs, which the cluster does not close. */
        public Builder broker(EmbeddedKafka running) {
            broker = running;
            return this;
        }

        /** More settings of Flink. */
        public Builder flinkSettings(Configuration settings) {
            flinkSettings.addAll(settings);
            return this;
        }

        public TestCluster build() throws IOException {
            return new TestCluster(this);
        }
    }

    /** Address of the broker for clients that may do anything. */
    public String bootstrap() throws IOException {
        if (broker == null) {
            broker = startBroker(0);
        }
        return broker.bootstrap();
    }

    public EmbeddedFlink flink() throws Exception {
        if (flink == null) {
            flink =
                    EmbeddedFlink.start(
                            flinkSettings,
                            folder.resolve("flink"),
                            folder.resolve("log"),
                            Ports.free(),
                            slots,
                            taskManagers);
        }
        return flink;
    }

    /** Has a job start again from its last checkpoint, under another JobManager. */
    public void failOver(JobID job) throws Exception {
        leadership.failOver(job);
    }

    public RestApi rest() throws Exception {
        return new RestApi(flink().url());
    }

    public TestModels models() throws IOException {
        if (models == null) {
            models = new TestModels();
        }
        return models;
    }

    /** Stops the broker, which keeps its port and its data. */
    public void stopBroker() {
        broker.close();
    }

    /** Starts the broker again after {@link #stopBroker}. */
    public void restartBroker() throws IOException {
        broker = startBroker(Integer.parseInt(broker.bootstrap().split(":", -1)[1]));
    }

    private EmbeddedKafka startBroker(int port) throws IOException {
        return EmbeddedKafka.start(folder.resolve("kafka"), port, brokerSettings);
    }

    @Override
    public void close() throws IOException {
        if (models != null) {
            models.close();
        }
        if (flink != null) {
            flink.close();
            leadership.close();
        }
        if (ownsBroker && broker != null) {
            broker.close();
        }
        FileUtils.deleteDirectoryQuietly(folder.toFile());
    }
}
