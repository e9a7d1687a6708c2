package dev.messplus.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.cli.cluster.ClusterOptions;
import dev.messplus.cli.cluster.FlinkCluster;
import dev.messplus.cli.cluster.FlinkDistribution;
import dev.messplus.minicluster.Ports;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Flink that has the cluster jar as a plugin, where the image's build puts it, and nothing else
 * of MESS+, serves its metrics.
 */
@EnabledOnOs(OS.LINUX)
class MetricsPluginIT {

    private static final Path ROOT = Path.of("..");
    private static final String CLASSPATH = "cli/flink-distribution/target/flink.classpath";
    private static final Predicate<String> REPORTER =
            jar -> jar.contains("flink-metrics-prometheus");
    private static final String PREFIX = "metrics.reporter.prom.";

    @TempDir Path folder;

    @Test
    void theClusterJarBringsTheReporter() throws Exception {
        String[] classpath =
                Files.readString(ROOT.resolve(CLASSPATH)).strip().split(File.pathSeparator);
        Path plugins = plugins(Arrays.stream(classpath).filter(REPORTER).findFirst().orElseThrow());
        int port = Ports.free();
        try (FlinkCluster cluster =
                FlinkCluster.start(
                        new FlinkDistribution(flinkWithoutReporter(classpath)),
                        new ClusterOptions(cluster(plugins), 0, 1, 1, false, settings(port)))) {
            assertThat(cluster.taskManagers()).hasSize(1);
            assertThat(fetch(port)).contains("manager_Status_JVM");
        }
    }

    /** Flink's folder of plugins in an image, with the job installed. */
    private Path plugins(String reporter) throws Exception {
        Path flink = folder.resolve("flink");
        Path plugin = Files.createDirectories(flink.resolve("plugins/metrics-prometheus"));
        Files.copy(Path.of(reporter), plugin.resolve("flink-metrics-prometheus.jar"));
        Process install =
                new ProcessBuilder(
                                ROOT.resolve("job/install-job").toString(),
                                ROOT.resolve("job").toString(),
                                "cluster",
                                flink.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(install.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(install.waitFor()).as(output).isZero();
        return flink.resolve("plugins");
    }

    /** A distribution whose Flink has no reporter on its class path. */
    private Path flinkWithoutReporter(String[] classpath) throws IOException {
        Path home = folder.resolve("home");
        Files.writeString(
                Files.createDirectories(home.resolve("lib")).resolve("flink.classpath"),
                Arrays.stream(classpath)
                        .filter(REPORTER.negate())
                        .collect(joining(File.pathSeparator)));
        Path cluster = Files.createDirectories(home.resolve("cluster"));
        Files.createDirectory(cluster.resolve("messplus-job-none-metrics.jar"));
        return home;
    }

    /** Flink's processes look for plugins in the folder that they run in, which is that of logs. */
    private Path cluster(Path plugins) throws IOException {
        Path cluster = folder.resolve("cluster");
        Path logs = Files.createDirectories(cluster.resolve("logs"));
        Files.createSymbolicLink(logs.resolve("plugins"), plugins);
        return cluster;
    }

    private static Map<String, String> settings(int port) {
        Configuration shipped = GlobalConfiguration.loadConfiguration("../flink-conf");
        return Map.of(
                "metrics.reporters",
                "prom",
                PREFIX + "factory.class",
                shipped.toMap().get(PREFIX + "factory.class"),
                PREFIX + "port",
                port + "-" + (port + 10));
    }

    private static String fetch(int port) throws IOException, InterruptedException {
        URI page = URI.create("http://127.0.0.1:" + port + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                .body();
    }
}
