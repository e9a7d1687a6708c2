package dev.messplus.local.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.job.FlinkSettings;
import dev.messplus.job.config.ConfigFiles;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.kafka.KafkaConnectors;
import dev.messplus.job.kafka.admin.Topics;
import dev.messplus.job.pipeline.Pipeline;
import dev.messplus.minicluster.EmbeddedFlink;
import dev.messplus.minicluster.EmbeddedKafka;
import dev.messplus.minicluster.Ports;
import dev.messplus.record.Json;
import java.nio.file.Path;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Kafka, Flink and the job, all in this JVM. */
public final class LocalStack implements AutoCloseable {

    /** Port of the broker, unless it is taken. */
    static final int KAFKA_PORT = 9092;

    /** Port of Flink's web UI, unless it is taken. */
    static final int FLINK_PORT = 8081;

    /** Name of the log file in the folder of the run. */
    static final String LOG = "mess.log";

    private final Parts parts;
    private final EmbeddedKafka kafka;
    private final EmbeddedFlink flink;
    private final Path folder;
    private final ObjectNode kafkaSettings;
    private MessConfig config;
    private JobID job;

    private LocalStack(
            Parts parts,
            EmbeddedKafka kafka,
            EmbeddedFlink flink,
            Path folder,
            ObjectNode kafkaSettings,
            MessConfig config)
            throws Exception {
        this.parts = parts;
        this.kafka = kafka;
        this.flink = flink;
        this.folder = folder;
        this.kafkaSettings = kafkaSettings;
        this.config = config;
        job = submit(null);
    }

    /**
     * Starts broker, cluster and job.
     *
     * @param settings the configuration in the form of {@code mess.yaml}, without {@code kafka}
     * @param parallelism parallelism of the job; also the partitions of each topic
     */
    public static LocalStack start(Path folder, ObjectNode settings, int parallelism)
            throws Exception {
        int kafkaPort = Ports.freeOr(KAFKA_PORT);
        ObjectNode kafkaSettings = kafka(kafkaPort, parallelism);
        MessConfig config = config(folder, settings, kafkaSettings);
        int flinkPort = Ports.freeOr(FLINK_PORT);
        Parts parts = new Parts();
        try {
            Parts.Part<EmbeddedKafka> kafka =
                    parts.start(() -> EmbeddedKafka.start(folder.resolve("kafka"), kafkaPort));
            Parts.Part<EmbeddedFlink> flink =
                    parts.start(
                            () ->
                                    EmbeddedFlink.start(
                                            folder.resolve("flink"),
                                            folder.resolve(LOG),
                                            flinkPort,
                                            parallelism));
            EmbeddedKafka broker = kafka.await();
            new Topics(config.kafka()).ensure();
            EmbeddedFlink cluster = flink.await();
            return new LocalStack(parts, broker, cluster, folder, kafkaSettings, config);
        } catch (Exception e) {
            parts.close();
            throw e;
        }
    }

    /**
     * Stops the job with a savepoint, and starts it from there with other settings.
     *
     * @param settings as in {@link #start}; broker and topics stay
     */
    public void restart(ObjectNode settings) throws Exception {
        config = config(folder, settings, kafkaSettings);
        job = submit(flink.stop(job));
    }

    private JobID submit(String savepoint) throws Exception {
        StreamExecutionEnvironment env = flink.environment(savepoint);
        env.setParallelism(config.kafka().partitions());
        FlinkSettings.configure(env, config);
        Pipeline.define(env, config, new KafkaConnectors(config).unbounded());
        return flink.submit(env, "mess+");
    }

    public String bootstrap() {
        return kafka.bootstrap();
    }

    public String webUi() throws Exception {
        return flink.url();
    }

    public MessConfig config() {
        return config;
    }

    /**
     * Checks that the job still runs.
     *
     * @throws IllegalStateException if it has ended
     */
    public void requireRunning() throws Exception {
        JobStatus status = flink.status(job);
        if (status.isTerminalState()) {
            throw new IllegalStateException(
                    "the job is " + status + "; see " + LOG + " in the folder of the run");
        }
    }

    @Override
    public void close() throws Exception {
        parts.close();
    }

    private static ObjectNode kafka(int port, int partitions) {
        return Json.MAPPER
                .createObjectNode()
                .put("bootstrap", Ports.LOOPBACK + ":" + port)
                .put("createTopics", true)
                .put("partitions", partitions);
    }

    /** The complete configuration, which names files in the folder of the run. */
    private static MessConfig config(Path folder, ObjectNode settings, ObjectNode kafka)
            throws JsonProcessingException {
        ObjectNode complete = settings.deepCopy();
        complete.set("kafka", kafka);
        // JSON is YAML.
        return new ConfigLoader(System.getenv())
                .parse(
                        "configuration",
                        Json.MAPPER.writeValueAsString(complete),
                        ConfigFiles.beside(folder.resolve("mess.yaml")));
    }
}
