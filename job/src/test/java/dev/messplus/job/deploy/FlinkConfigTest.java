package dev.messplus.job.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.FlinkSettings;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.state.rocksdb.RocksDBConfigurableOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

/** Flink knows all options in {@code flink-conf/config.yaml}, which agree with the job's own. */
class FlinkConfigTest {

    private static final List<Class<?>> OPTIONS =
            List.of(
                    CheckpointingOptions.class,
                    CoreOptions.class,
                    HeartbeatManagerOptions.class,
                    HighAvailabilityOptions.class,
                    JobManagerOptions.class,
                    MetricOptions.class,
                    RestOptions.class,
                    RocksDBConfigurableOptions.class,
                    RestartStrategyOptions.class,
                    StateBackendOptions.class,
                    TaskManagerOptions.class,
                    WebOptions.class);

    /** Options of a reporter contain its name, so Flink has no constants for them. */
    private static final String REPORTER = "metrics.reporter.prom.";

    private final Configuration shipped = GlobalConfiguration.loadConfiguration("../flink-conf");

    @Test
    void flinkKnowsEveryOption() {
        Map<String, ConfigOption<?>> known = known();

        assertThat(shipped.keySet()).isNotEmpty();
        assertThat(shipped.keySet())
                .filteredOn(key -> !key.startsWith(REPORTER))
                .allSatisfy(
                        key -> {
                            assertThat(known).containsKey(key);
                            // Throws if the value does not have the option's type.
                            assertThat(shipped.getOptional(known.get(key))).isPresent();
                        });
    }

    @Test
    void agreesWithWhatTheJobSets() {
        MessConfig config =
                new ConfigLoader(Map.of())
                        .load(ComposeFile.ROOT.resolve("flink-conf/compose/cpu.yaml"));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        FlinkSettings.configure(env, config);

        for (ConfigOption<?> option :
                List.of(
                        StateBackendOptions.STATE_BACKEND,
                        CheckpointingOptions.INCREMENTAL_CHECKPOINTS,
                        CheckpointingOptions.ENABLE_UNALIGNED,
                        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION)) {
            assertThat(shipped.getOptional(option))
                    .as(option.key())
                    .isEqualTo(env.getConfiguration().getOptional(option));
        }
    }

    @Test
    void memorySizesAddUp() {
        var taskManager = TaskExecutorProcessUtils.processSpecFromConfig(shipped);
        var jobManager = JobManagerProcessUtils.processSpecFromConfig(shipped);

        assertThat(taskManager.getTaskHeapSize().getMebiBytes()).isGreaterThan(512);
        assertThat(jobManager.getJvmHeapMemorySize().getMebiBytes()).isGreaterThan(512);
    }

    private static Map<String, ConfigOption<?>> known() {
        Map<String, ConfigOption<?>> known = new HashMap<>();
        OPTIONS.stream()
                .flatMap(options -> Stream.of(options.getFields()))
                .filter(field -> field.getType() == ConfigOption.class)
                .map(FlinkConfigTest::option)
                .forEach(option -> known.put(option.key(), option));
        return known;
    }

    private static ConfigOption<?> option(Field field) {
        try {
            return (ConfigOption<?>) field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
