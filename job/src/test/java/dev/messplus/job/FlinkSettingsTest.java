package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.testkit.LogCapture;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlinkSettingsTest {

    @Test
    void recordsAreSentAtOnceUnlessTheClusterSetsABufferTimeout() {
        assertThat(configured(Map.of()).getBufferTimeout()).isZero();
        assertThat(
                        configured(Map.of("execution.buffer-timeout.interval", "20 ms"))
                                .getBufferTimeout())
                .isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({
        "pipeline.auto-watermark-interval, 0 ms, PT0.2S",
        "pipeline.operator-chaining.enabled, false, true",
        "execution.runtime-mode, BATCH, STREAMING",
        "execution.checkpointing.unaligned.enabled, false, true",
        "execution.checkpointing.mode, AT_LEAST_ONCE, EXACTLY_ONCE",
        "state.backend.rocksdb.use-bloom-filter, false, true"
    })
    void whatWouldBreakAPromiseIsSetAndSaid(String option, String cluster, String needed) {
        try (LogCapture log = LogCapture.of(FlinkSettings.class)) {
            Configuration all = all(configured(Map.of(option, cluster)));

            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .startsWith(option + ": ")
                    .endsWith(" is ignored; the job needs " + needed);
            assertThat(all.toMap().get(option))
                    .isEqualTo(needed.equals("PT0.2S") ? "200 ms" : needed);
        }
    }

    /** Flink still takes it. */
    @Test
    void theEarlierNameOfASettingIsIgnoredToo() {
        try (LogCapture log = LogCapture.of(FlinkSettings.class)) {
            Configuration all = all(configured(Map.of("pipeline.operator-chaining", "false")));

            assertThat(log.messages()).singleElement().asString().contains("operator-chaining");
            assertThat(all.get(PipelineOptions.OPERATOR_CHAINING)).isTrue();
        }
    }

    @Test
    void aClusterThatSetsNothingIsNotWarned() {
        try (LogCapture log = LogCapture.of(FlinkSettings.class)) {
            configured(Map.of());
            assertThat(log.messages()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hashmap",
                "HashMap",
                "filesystem",
                "org.apache.flink.runtime.state.hashmap.HashMapStateBackendFactory"
            })
    void stateOnTheHeapIsRefused(String backend) {
        assertThatThrownBy(() -> configured(Map.of("state.backend.type", backend)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "state.backend.type: must be rocksdb or forst, was " + backend);
    }

    @ParameterizedTest
    @CsvSource({",rocksdb", "rocksdb,rocksdb", "forst,forst"})
    void stateOnDiskIsWhereTheClusterHasIt(String backend, String used) {
        Map<String, String> cluster =
                backend == null ? Map.of() : Map.of("state.backend.type", backend);
        assertThat(all(configured(cluster)).toMap()).containsEntry("state.backend.type", used);
    }

    @Test
    void failedCheckpointsRestartNoJobUnlessTheClusterSaysSo() {
        assertThat(configured(Map.of()).getCheckpointConfig().getTolerableCheckpointFailureNumber())
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(
                        configured(
                                        Map.of(
                                                "execution.checkpointing.tolerable-failed-checkpoints",
                                                "2"))
                                .getCheckpointConfig()
                                .getTolerableCheckpointFailureNumber())
                .isEqualTo(2);
    }

    private static Configuration all(StreamExecutionEnvironment env) {
        ReadableConfig known = env.getConfiguration();
        return (Configuration) known;
    }

    private static StreamExecutionEnvironment configured(Map<String, String> cluster) {
        MessConfig config =
                new ConfigLoader(Map.of("KAFKA_PASSWORD", "x"))
                        .load(Path.of("..", "flink-conf", "mess.yaml"));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(Configuration.fromMap(cluster));
        FlinkSettings.configure(env, config);
        return env;
    }
}
