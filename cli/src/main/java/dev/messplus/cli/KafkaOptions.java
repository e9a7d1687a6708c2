package dev.messplus.cli;

import dev.messplus.cli.kafka.KafkaAccess;
import dev.messplus.cli.rest.ShellWord;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.pipeline.RecordCheck;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options that say where a running job's Kafka is. */
final class KafkaOptions {

    /** Bytes that a record may need in addition to its value: key, headers and framing. */
    static final int OVERHEAD_BYTES = 4_096;

    private static final String DEFAULT_BOOTSTRAP = "127.0.0.1:9092";

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT", defaultValue = DEFAULT_BOOTSTRAP)
    private String bootstrap;

    @Option(names = "--config", paramLabel = "FILE")
    private Path config;

    private MessConfig loaded;

    /** The way to Kafka. */
    KafkaAccess access() {
        return new KafkaAccess(kafka());
    }

    /** Brokers, topics and settings. */
    KafkaSection kafka() {
        return config().map(MessConfig::kafka).orElseGet(() -> KafkaSection.of(bootstrap));
    }

    /** The job's configuration, if the user names it. */
    Optional<MessConfig> config() {
        if (config != null && loaded == null) {
            loaded = ConfigLoader.forKafkaClients(System.getenv()).load(config);
        }
        return Optional.ofNullable(loaded);
    }

    /**
     * Refuses a job whose records are not JSON on topics, as far as its configuration is known.
     *
     * @param command the command that writes or reads them
     * @param fields which it writes or reads, such as {@link TopicRecords#REQUESTS}
     */
    void requireTopics(String command, String... fields) {
        config().ifPresent(
                        job ->
                                TopicRecords.require(
                                        config.toString(), job, command, Set.of(fields)));
    }

    /** What the job would find wrong with a record; of its names, only with its configuration. */
    RecordCheck check() {
        return config().map(RecordCheck::of).orElseGet(RecordCheck::ofAnyJob);
    }

    /** Another command with these options, for hints. */
    String command(String subcommand) {
        return "./mess "
                + subcommand
                + (config != null
                        ? " --config " + ShellWord.of(config.toString())
                        : DEFAULT_BOOTSTRAP.equals(bootstrap) ? "" : " --bootstrap " + bootstrap);
    }

    /** Largest value of a record that Kafka takes, in bytes. */
    int maxValueBytes() {
        return kafka().maxRequestBytes() - OVERHEAD_BYTES;
    }
}
