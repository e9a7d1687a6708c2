package dev.messplus.cli;

import dev.messplus.cli.rest.FlinkRest;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Option;

/** Where a cluster's REST is, and how to reach it. */
final class RestOptions {

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://localhost:8081",
            description = "The cluster's REST (default: ${DEFAULT-VALUE}).")
    private String url;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            mapFallbackValue = "true",
            description = "A setting of Flink's client, such as security.ssl.rest.truststore.")
    private Map<String, String> settings = Map.of();

    FlinkRest connect() {
        return new FlinkRest(url, Configuration.fromMap(settings));
    }
}
