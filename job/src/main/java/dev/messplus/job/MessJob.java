package dev.messplus.job;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.kafka.KafkaConnectors;
import dev.messplus.job.kafka.Topics;
import dev.messplus.job.kafka.TransactionRequirements;
import dev.messplus.job.pipeline.Pipeline;
import dev.messplus.routing.Shards;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
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
        description = "Routes prompts on Kafka over a zoo of language models at least energy.")
public final class MessJob {

    private static final Duration CHECKPOINT_TIMEOUT = Duration.ofMinutes(5);

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Option(
            names = "--bounded",
            description =
                    "Answer the requests that are on the topic now, wait for their labels, finish.")
    private boolean bounded;

    /**
     * Runs the job. Never ends the JVM, which may be a JobManager's: what is wrong is thrown.
     *
     * @throws ConfigException with every error of the configuration
     */
    public static void main(String[] args) throws Exception {
        MessJob job = new MessJob();
        CommandLine command = new CommandLine(job);
        if (!CommandLine.printHelpIfRequested(command.parseArgs(args))) {
            job.run();
        }
    }

    private void run() throws Exception {
        MessConfig loaded = source.load(new ConfigLoader(System.getenv()));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        configure(env, loaded);
        new Topics(loaded.kafka()).ensure();
        new TransactionRequirements(loaded).verify(env.getCheckpointConfig());
        Pipeline.define(
                env,
                loaded,
                bounded ? KafkaConnectors.bounded(loaded) : KafkaConnectors.unbounded(loaded));
        env.execute();
    }

    /** What the pipeline needs of any environment, whatever its cluster says. */
    public static void configure(StreamExecutionEnvironment env, MessConfig config) {
        Configuration settings = new Configuration();
        settings.set(
                PipelineOptions.NAME,
                env.getConfiguration().getOptional(PipelineOptions.NAME).orElse("mess+"));
        // The web UI shows these, and mess status tells the names that metrics write otherwise.
        settings.set(
                PipelineOptions.GLOBAL_JOB_PARAMETERS,
                Map.of(
                        "slas", String.join(",", config.slas().keySet()),
                        "zoo", String.join(",", config.zoo().keySet())));
        // Shards have their places among so many key groups, which are those of Flink's default.
        if (env.getConfiguration().getOptional(PipelineOptions.MAX_PARALLELISM).isEmpty()) {
            settings.set(PipelineOptions.MAX_PARALLELISM, Shards.MAX);
        }
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        // The routing changes what it keeps on the heap in place, which the heap backend would
        // not survive while it writes a checkpoint.
        settings.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        settings.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        // A bounded run ends by what it reads of its own making: nothing of it can wait for an end.
        settings.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        // The way back for a job that was cancelled: a fresh start skips what was in flight.
        settings.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        // While an aligned checkpoint waits for its barrier to come through a backlog of requests,
        // no feedback would be read.
        settings.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        // Transactions must outlast it, and brokers give them no longer than 15 minutes by default.
        if (env.getConfiguration()
                .getOptional(CheckpointingOptions.CHECKPOINTING_TIMEOUT)
                .isEmpty()) {
            settings.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, CHECKPOINT_TIMEOUT);
        }
        // Labels count once and responses are what was learned from, whatever is delivered.
        settings.set(
                CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                CheckpointingMode.EXACTLY_ONCE);
        env.configure(settings);
        if (!env.getCheckpointConfig().isCheckpointingEnabled()) {
            env.enableCheckpointing(config.checkpointIntervalMillis());
        }
    }

    /** Where the configuration is. */
    private static final class Source {

        @Option(
                names = "--config",
                required = true,
                paramLabel = "FILE",
                description = "The configuration, mess.yaml, on the machine that runs main().")
        private Path file;

        @Option(
                names = "--config-text",
                required = true,
                paramLabel = "YAML",
                description =
                        "The configuration itself, where main() runs on a machine without the"
                                + " file.")
        private String text;

        MessConfig load(ConfigLoader loader) {
            return file == null ? loader.parse("--config-text", text) : loader.load(file);
        }
    }
}
