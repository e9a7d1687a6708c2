package dev.messplus.cli;

import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.config.KafkaSectionBuilder;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say where a running job's Kafka is. */
final class KafkaOptions {

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "Bootstrap server of Kafka (default: ${DEFAULT-VALUE}).")
    private String bootstrap;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Use the bootstrap servers, TLS, SASL and topic names of this mess.yaml.")
    private Path config;

    KafkaSection kafka() {
        return config == null
                ? KafkaSectionBuilder.builder().bootstrap(bootstrap).build()
                : new ConfigLoader(System.getenv()).load(config).kafka();
    }
}
