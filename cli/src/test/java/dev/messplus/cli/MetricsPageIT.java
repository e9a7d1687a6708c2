package dev.messplus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.cli.cluster.ClusterOptions;
import dev.messplus.cli.cluster.FlinkCluster;
import dev.messplus.cli.cluster.FlinkDistribution;
import dev.messplus.minicluster.Ports;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The processes of a cluster serve their metrics with the settings of our {@code config.yaml}. */
class MetricsPageIT {

    private static final String REPORTER = "metrics.reporter.prom.";

    @TempDir Path folder;

    /** On Linux, what listens on every interface answers at the second address as well. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void pagesAreOnLoopbackOnly() throws Exception {
        int port = Ports.free();
        Configuration shipped = GlobalConfiguration.loadConfiguration("../flink-conf");
        Map<String, String> settings =
                Map.of(
                        "metrics.reporters",
                        "prom",
                        REPORTER + "factory.class",
                        value(shipped, "factory.class"),
                        REPORTER + "host",
                        value(shipped, "host"),
                        REPORTER + "port",
                        port + "-" + (port + 10));
        try (FlinkCluster cluster =
                FlinkCluster.start(
                        FlinkDistribution.ofCommand(),
                        new ClusterOptions(folder, 0, 1, 1, false, settings))) {
            assertThat(cluster.taskManagers()).hasSize(1);
            assertThat(fetch("127.0.0.1", port)).contains("manager_Status_JVM");
            assertThatThrownBy(() -> fetch("127.0.0.2", port)).isInstanceOf(ConnectException.class);
        }
    }

    private static String value(Configuration configuration, String option) {
        return configuration.toMap().get(REPORTER + option);
    }

    private static String fetch(String host, int port) throws IOException, InterruptedException {
        URI page = URI.create("http://" + host + ":" + port + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                .body();
    }
}
