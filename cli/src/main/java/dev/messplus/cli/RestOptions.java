package dev.messplus.cli;

import dev.messplus.cli.rest.FlinkRest;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Option;

/** The options that say how to reach a cluster's REST API. */
final class RestOptions {

    @Option(names = "--url", paramLabel = "URL", defaultValue = "http://localhost:8081")
    private String url;

    @Option(names = "-D", paramLabel = "KEY=VALUE", mapFallbackValue = "true")
    private Map<String, String> settings = Map.of();

    FlinkRest connect() {
        return new FlinkRest(url, Configuration.fromMap(settings));
    }
}
