package dev.messplus.cli;

import dev.messplus.cli.cluster.ChildProcess;
import dev.messplus.cli.cluster.ClusterOptions;
import dev.messplus.cli.cluster.FlinkCluster;
import dev.messplus.cli.cluster.FlinkDistribution;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mess cluster}. */
@Command(name = "cluster")
final class ClusterCommand extends MessCommand {

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private static final long SUPERVISION_MILLIS = 1_000;

    @Option(names = "--task-managers", paramLabel = "N", defaultValue = "2")
    private int taskManagers;

    @Option(names = "--slots", paramLabel = "N", defaultValue = "2")
    private int slots;

    @Option(names = "--ha")
    private boolean highAvailability;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8081")
    private int port;

    @Option(names = "--folder", paramLabel = "DIR")
    private Path folder;

    @Option(names = "-D", paramLabel = "KEY=VALUE")
    private Map<String, String> settings = Map.of();

    @Override
    public Integer call() throws Exception {
        Path where =
                folder == null
                        ? Path.of(
                                "runs",
                                "cluster-" + LocalDateTime.now(ZoneId.systemDefault()).format(NAME))
                        : folder;
        ClusterOptions options =
                new ClusterOptions(where, port, taskManagers, slots, highAvailability, settings);
        PrintWriter out = out();
        out.printf("Starting Flink in %s …%n", options.folder());
        try (FlinkCluster cluster = FlinkCluster.start(FlinkDistribution.ofCommand(), options)) {
            out.printf("Web UI and REST API: %s%n", cluster.url());
            print(cluster.jobManager());
            cluster.taskManagers().forEach(this::print);
            out.printf("%n    ./mess submit --url %s --config mess.yaml%n", cluster.url());
            out.printf("    ./mess status --url %s%n", cluster.url());
            out.printf("%nA process that ends is replaced. Press Ctrl-C to stop the cluster.%n");
            while (true) {
                Thread.sleep(SUPERVISION_MILLIS);
                cluster.replaceEnded().forEach(this::print);
            }
        }
    }

    private void print(ChildProcess process) {
        out().printf("Process %d: %s%n", process.pid(), process.name());
    }
}
