package dev.messplus.job;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.ConfigFiles;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.kafka.KafkaConnectors;
import dev.messplus.job.kafka.Topics;
import dev.messplus.job.kafka.TransactionRequirements;
import dev.messplus.job.pipeline.Pipeline;
import dev.messplus.job.pipeline.StartingPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Entry point on a cluster: {@code flink run messplus-job.jar --config mess.yaml}. */
@Command(
        name = "mess-job",
        mixinStandardHelpOptions = true,
        description =
                "Routes prompts from Kafka to the language model that uses the least energy within an"
                        + " SLA.")
public final class MessJob {

    private static final String CONFIG_TEXT = "--config-text";

    private static final Duration CHECKPOINT_TIMEOUT = Duration.ofMinutes(5);

    /** By name, because RocksDB's options are not in every JVM that submits the job. */
    private static final ConfigOption<Boolean> BLOOM_FILTERS =
            ConfigOptions.key("state.backend.rocksdb.use-bloom-filter")
                    .booleanType()
                    .defaultValue(false);

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Option(
            names = "--file-text",
            paramLabel = "NAME=TEXT",
            description =
                    "With --config-text: a file that the configuration names, as it names it.")
    private Map<String, String> fileTexts = Map.of();

    @Option(
            names = "--config-name",
            paramLabel = "FILE",
            description = "With --config-text: the file that the text is from, for people to see.")
    private String configName;

    @Option(
            names = "--bounded",
            description =
                    "Answer the requests that are on the topic now, wait for their labels, then finish.")
    private boolean bounded;

    /**
     * Submits the job. It throws instead of ending the JVM, which may be a JobManager's.
     *
     * @throws ConfigException with all errors of the configuration
     */
    public static void main(String[] args) throws Exception {
        MessJob job = new MessJob();
        if (!CommandLine.printHelpIfRequested(job.parse(args))) {
            job.run();
        }
    }

    private CommandLine.ParseResult parse(String[] args) {
        return new CommandLine(this).parseArgs(args);
    }

    static MessConfig config(String... args) {
        MessJob job = new MessJob();
        job.parse(args);
        return job.config();
    }

    private MessConfig config() {
        return source.load(
                new ConfigLoader(System.getenv()),
                configName == null ? CONFIG_TEXT : configName,
                fileTexts);
    }

    private void run() throws Exception {
        MessConfig config = config();
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        configure(env, config);
        nameConfig(env);
        if (!bounded) {
            StartingPoint.readOn(env);
        }
        new Topics(config.kafka()).ensure();
        new TransactionRequirements(config).verify(env.getCheckpointConfig());
        KafkaConnectors kafka = new KafkaConnectors(config);
        Pipeline.define(env, config, bounded ? kafka.bounded() : kafka.unbounded());
        env.execute();
    }

    private void nameConfig(StreamExecutionEnvironment env) {
        if (configName != null) {
            Map<String, String> parameters =
                    new LinkedHashMap<>(env.getConfig().getGlobalJobParameters().toMap());
            parameters.put(JobParameters.CONFIG, configName);
            env.configure(
                    new Configuration().set(PipelineOptions.GLOBAL_JOB_PARAMETERS, parameters));
        }
    }

    /**
     * Configures an environment as the pipeline needs it, whatever the cluster configures. The
     * job's name, the buffer timeout and the checkpoints' interval and timeout are the cluster's,
     * if it sets them.
     */
    public static void configure(StreamExecutionEnvironment env, MessConfig config) {
        ReadableConfig cluster = env.getConfiguration();
        Configuration settings = new Configuration();
        configurePipeline(settings, cluster, config);
        configureState(settings);
        configureCheckpoints(settings, cluster);
        env.configure(settings);
        if (!env.getCheckpointConfig().isCheckpointingEnabled()) {
            env.enableCheckpointing(config.checkpointIntervalMillis());
        }
    }

    private static void configurePipeline(
            Configuration settings, ReadableConfig cluster, MessConfig config) {
        settings.set(
                PipelineOptions.NAME, cluster.getOptional(PipelineOptions.NAME).orElse("mess+"));
        settings.set(PipelineOptions.GLOBAL_JOB_PARAMETERS, JobParameters.of(config));
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        // No operator changes a record that it was given, so records need not be copied between
        // chained operators.
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        // A bounded run ends when it reads the marker that it wrote itself, so no operator may wait
        // for the end of its input as in batch mode.
        settings.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        // Every record is sent at once. A request waits at three exchanges, where Flink's default
        // lets it wait for up to 100 ms each.
        if (cluster.getOptional(ExecutionOptions.BUFFER_TIMEOUT).isEmpty()) {
            settings.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ZERO);
        }
    }

    /** Sets how the job keeps its state, whatever the cluster configures. */
    public static void configureState(Configuration settings) {
        // The routing modifies its heap objects in place. The heap state backend would write them
        // to a checkpoint while they change.
        settings.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        settings.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        // Most requests are looked up once and are not there, and what is there is in one of many
        // files.
        settings.set(BLOOM_FILTERS, true);
    }

    private static void configureCheckpoints(Configuration settings, ReadableConfig cluster) {
        // A cancelled job can be resumed from its last checkpoint. Started anew, it would skip the
        // requests that were in flight.
        settings.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        // While an aligned checkpoint waits for its barrier behind a backlog of requests, Flink
        // reads no feedback.
        settings.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        // Flink's default of 10 minutes is too long for Kafka transactions, which must outlast two
        // checkpoints and by default cannot last longer than 15 minutes.
        if (cluster.getOptional(CheckpointingOptions.CHECKPOINTING_TIMEOUT).isEmpty()) {
            settings.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, CHECKPOINT_TIMEOUT);
        }
        // Independent of how responses are delivered: each label must change the state once.
        settings.set(
                CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                CheckpointingMode.EXACTLY_ONCE);
    }

    /** The options that give the configuration, of which one is required. */
    private static final class Source {

        @Option(
                names = "--config",
                required = true,
                paramLabel = "FILE",
                description = "File with the configuration, on the machine that runs main().")
        private Path file;

        @Option(
                names = CONFIG_TEXT,
                required = true,
                paramLabel = "YAML",
                description =
                        "The configuration itself, for a machine that does not have the file.")
        private String text;

        MessConfig load(ConfigLoader loader, String name, Map<String, String> files) {
            return file == null
                    ? loader.parse(name, text, ConfigFiles.sent(files))
                    : loader.load(file);
        }
    }
}
