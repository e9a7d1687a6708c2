package dev.messplus.job.kafka.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.job.FlinkSettings;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A transaction must outlast its checkpoint; otherwise responses are lost. */
class TransactionRequirementsTest {

    @Test
    void defaultsFitEachOther() {
        new TransactionRequirements(config("")).verifyTimeout(checkpoints(config(""), Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        // Twice the timeout or the interval, whichever is longer, plus two minutes.
        "10 s, 5 min, 0, 720000",
        "10 s, 10 min, 0, 1320000",
        "20 min, 10 min, 0, 2520000",
        "10 s, 1 min, 3, 420000",
        "10 s, 1 min, 2147483647, 128849019060000"
    })
    void transactionsOutlastTwoCheckpointsAndARestart(
            String interval, String timeout, String failures, long minMillis) {
        CheckpointConfig checkpoints =
                checkpoints(
                        config(""),
                        Map.of(
                                "execution.checkpointing.interval", interval,
                                "execution.checkpointing.timeout", timeout,
                                "execution.checkpointing.tolerable-failed-checkpoints", failures));
        if (minMillis <= Integer.MAX_VALUE) {
            MessConfig enough = config("transactionTimeoutMillis: " + minMillis);
            new TransactionRequirements(enough).verifyTimeout(checkpoints);
        }
        MessConfig tooShort =
                config("transactionTimeoutMillis: " + Math.min(minMillis - 1, 604_800_000));
        assertThatThrownBy(() -> new TransactionRequirements(tooShort).verifyTimeout(checkpoints))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "kafka.transactionTimeoutMillis: must be at least " + minMillis);
    }

    @Test
    void theShippedClusterConfigurationFitsTheDefault() {
        Map<String, String> shipped =
                GlobalConfiguration.loadConfiguration(Path.of("..", "flink-conf").toString())
                        .toMap();
        CheckpointConfig checkpoints = checkpoints(config(""), shipped);
        new TransactionRequirements(config("")).verifyTimeout(checkpoints);
        assertThatThrownBy(
                        () ->
                                new TransactionRequirements(
                                                config("transactionTimeoutMillis: 839999"))
                                        .verifyTimeout(checkpoints))
                .hasMessageContaining("must be at least 840000");
    }

    /** A restart repeats calls, and no restart mends a full disk. */
    @Test
    void asManyCheckpointsMayFailAsTransactionsOutlast() {
        CheckpointConfig checkpoints =
                checkpoints(
                        config(""),
                        Map.of(
                                "execution.checkpointing.interval", "10 s",
                                "execution.checkpointing.timeout", "2 min"));
        assertThat(new TransactionRequirements(config("")).tolerableFailures(checkpoints))
                .isEqualTo(4);
        MessConfig tooShort = config("transactionTimeoutMillis: 300000");
        assertThat(new TransactionRequirements(tooShort).tolerableFailures(checkpoints)).isZero();
        assertThat(
                        new TransactionRequirements(config("", "at_least_once"))
                                .tolerableFailures(checkpoints))
                .isEqualTo(Integer.MAX_VALUE);
    }

    /** Otherwise a job would take transactions of another for its own, and abort them. */
    @Test
    void noPrefixOfTransactionalIdsIsTheStartOfAnother() {
        String mine = TransactionRequirements.idPrefix(config("groupId: a").kafka(), "b");
        assertThat(mine).isEqualTo("a/b/");
        assertThat(TransactionRequirements.idPrefix(config("groupId: a").kafka(), "b-c"))
                .doesNotStartWith(mine);
        assertThat(TransactionRequirements.idPrefix(config("groupId: a").kafka(), "b+refusals"))
                .doesNotStartWith(mine);
        assertThat(TransactionRequirements.idPrefix(config("groupId: a-b").kafka(), "b"))
                .doesNotStartWith(mine);
    }

    private static CheckpointConfig checkpoints(MessConfig config, Map<String, String> settings) {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(Configuration.fromMap(settings));
        FlinkSettings.configure(env, config);
        return env.getCheckpointConfig();
    }

    private static MessConfig config(String kafkaSetting) {
        return config(kafkaSetting, "exactly_once");
    }

    private static MessConfig config(String kafkaSetting, String delivery) {
        return new ConfigLoader(Map.of())
                .parse(
                        "test",
                        """
                        kafka:
                          bootstrap: "localhost:9092"
                          %s
                        zoo:
                          m: { url: "http://h/v1", model: m,
                               energy: { source: constant, joulesPerRequest: 1 } }
                        slas: { gold: { alpha: 0.5 } }
                        delivery: %s
                        """
                                .formatted(kafkaSetting, delivery));
    }
}
