package dev.messplus.cli;

import dev.messplus.cli.rest.FlinkRest;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Option;

/** The options that say how to reach a cluster's REST API. */
final class RestOptions {

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://localhost:8081",
            description = "URL of the cluster's REST API (default: ${DEFAULT-VALUE}).")
    private String url;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            mapFallbackValue = "true",
            description = "An option of Flink's client, such as security.ssl.rest.truststore.")
    private Map<String, String> settings = Map.of();

    FlinkRest connect() {
        return new FlinkRest(url, Configuration.fromMap(settings));
    }
}
