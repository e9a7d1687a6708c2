package dev.messplus.job;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.kafka.admin.TransactionRequirements;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flink's options without which the job does not keep its promises. Most of them are set, whatever
 * the cluster configures, and the log says so if that was something else. A state backend that the
 * cluster chose and the job cannot use is refused.
 */
public final class FlinkSettings {

    private static final Logger LOG = LoggerFactory.getLogger(FlinkSettings.class);

    /** The state backend of a cluster that configures none. */
    private static final String ROCKSDB = "rocksdb";

    /** Old and new names of the backend that keeps state on the heap. */
    private static final List<String> HEAP_BACKENDS =
            List.of("hashmap", "jobmanager", "filesystem");

    private static final String HEAP_BACKEND_FACTORY = "HashMapStateBackendFactory";

    private static final Duration CHECKPOINT_TIMEOUT = Duration.ofMinutes(5);

    private static final Duration WATERMARK_INTERVAL = Duration.ofMillis(200);

    private final ReadableConfig cluster;
    private final Configuration settings = new Configuration();

    private FlinkSettings(ReadableConfig cluster) {
        this.cluster = cluster;
    }

    /**
     * Configures an environment as the pipeline needs it. The job's name, the state backend, the
     * buffer timeout, and the interval, the timeout and the tolerable failures of checkpoints are
     * the cluster's, if it sets them.
     *
     * @throws ConfigException if the cluster sets a state backend on the heap
     */
    public static void configure(StreamExecutionEnvironment env, MessConfig config) {
        FlinkSettings flink = new FlinkSettings(env.getConfiguration());
        flink.configurePipeline(config);
        flink.configureState();
        flink.configureCheckpoints();
        env.configure(flink.settings);
        if (!env.getCheckpointConfig().isCheckpointingEnabled()) {
            env.enableCheckpointing(config.checkpointIntervalMillis());
        }
        if (flink.cluster.getOptional(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER).isEmpty()) {
            CheckpointConfig checkpoints = env.getCheckpointConfig();
            checkpoints.setTolerableCheckpointFailureNumber(
                    new TransactionRequirements(config).tolerableFailures(checkpoints));
        }
    }

    /**
     * How the job keeps its state on a cluster.
     *
     * @throws ConfigException if the cluster keeps state on the heap
     */
    public static Configuration ofState(ReadableConfig cluster) {
        FlinkSettings flink = new FlinkSettings(cluster);
        flink.configureState();
        return flink.settings;
    }

    private void configurePipeline(MessConfig config) {
        settings.set(
                PipelineOptions.NAME, cluster.getOptional(PipelineOptions.NAME).orElse("mess+"));
        settings.set(PipelineOptions.GLOBAL_JOB_PARAMETERS, JobParameters.of(config));
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        // No operator changes a record that it was given, so records need not be copied between
        // chained operators.
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        // Requests have no event time, which their source says with each periodic watermark. With
        // an interval of 0 it never would, and no request would ever expire.
        require(PipelineOptions.AUTO_WATERMARK_INTERVAL, WATERMARK_INTERVAL);
        // A measurement is stamped with the checkpoint that its response becomes visible with. In a
        // chain, both see the barrier of a checkpoint at the same record.
        require(PipelineOptions.OPERATOR_CHAINING, true);
        // A bounded run ends when it reads the marker that it wrote itself, so no operator may wait
        // for the end of its input as in batch mode.
        require(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        // Every record is sent at once. A request waits at three exchanges, where Flink's default
        // lets it wait for up to 100 ms each.
        if (cluster.getOptional(ExecutionOptions.BUFFER_TIMEOUT).isEmpty()) {
            settings.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ZERO);
        }
    }

    private void configureState() {
        String backend = cluster.getOptional(StateBackendOptions.STATE_BACKEND).orElse(ROCKSDB);
        String name = backend.toLowerCase(Locale.ROOT);
        if (HEAP_BACKENDS.contains(name) || backend.endsWith(HEAP_BACKEND_FACTORY)) {
            // The routing modifies its heap objects in place. A backend on the heap would write
            // them to a checkpoint while they change.
            throw new ConfigException(
                    "Flink's configuration",
                    List.of(
                            "%s: must be rocksdb or forst, was %s; the job changes its objects in place, which that backend would write to a checkpoint meanwhile; set it for the cluster, or for this job with -D %s=rocksdb"
                                    .formatted(
                                            StateBackendOptions.STATE_BACKEND.key(),
                                            backend,
                                            StateBackendOptions.STATE_BACKEND.key())));
        }
        settings.set(StateBackendOptions.STATE_BACKEND, backend);
        require(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        // Most requests are looked up once and are not there, and what is there is in one of many
        // files.
        require(bloomFilters(ROCKSDB), true);
        require(bloomFilters("forst"), true);
    }

    /** By name, because the options of a backend are not in every JVM that submits the job. */
    private static ConfigOption<Boolean> bloomFilters(String backend) {
        return ConfigOptions.key("state.backend." + backend + ".use-bloom-filter")
                .booleanType()
                .defaultValue(false);
    }

    private void configureCheckpoints() {
        // A cancelled job can be resumed from its last checkpoint. Started anew, it would skip the
        // requests that were in flight.
        require(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        // While an aligned checkpoint waits for its barrier behind a backlog of requests, Flink
        // reads no feedback.
        require(CheckpointingOptions.ENABLE_UNALIGNED, true);
        require(CheckpointingOptions.ALIGNED_CHECKPOINT_TIMEOUT, Duration.ZERO);
        // A bounded run goes on when its sources have ended, and commits its last responses.
        require(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH, true);
        // Flink's default of 10 minutes is too long for Kafka transactions, which must outlast two
        // checkpoints and by default cannot last longer than 15 minutes.
        if (cluster.getOptional(CheckpointingOptions.CHECKPOINTING_TIMEOUT).isEmpty()) {
            settings.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, CHECKPOINT_TIMEOUT);
        }
        // Independent of how responses are delivered: each label must change the state once.
        require(
                CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                CheckpointingMode.EXACTLY_ONCE);
    }

    private <T> void require(ConfigOption<T> option, T needed) {
        cluster.getOptional(option)
                .filter(set -> !set.equals(needed))
                .ifPresent(
                        set ->
                                LOG.warn(
                                        "{}: {} is ignored; the job needs {}",
                                        option.key(),
                                        set,
                                        needed));
        settings.set(option, needed);
    }
}
