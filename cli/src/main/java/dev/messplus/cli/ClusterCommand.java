package dev.messplus.cli;

import dev.messplus.cli.cluster.ClusterOptions;
import dev.messplus.cli.cluster.Distribution;
import dev.messplus.cli.cluster.FlinkCluster;
import dev.messplus.cli.cluster.FlinkProcess;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mess cluster}. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a Flink cluster on this machine, a JobManager and TaskManagers as processes of"
                    + " their own, until Ctrl-C.",
            "It is a stock Flink on loopback, for trials: kill a process, and another takes over."
        })
final class ClusterCommand implements Callable<Integer> {

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private static final long SUPERVISION_MILLIS = 1_000;

    @Spec private CommandSpec spec;

    @Option(
            names = "--task-managers",
            paramLabel = "N",
            defaultValue = "2",
            description = "TaskManagers to start (default: ${DEFAULT-VALUE}).")
    private int taskManagers;

    @Option(
            names = "--slots",
            paramLabel = "N",
            defaultValue = "2",
            description = "Slots of each TaskManager (default: ${DEFAULT-VALUE}).")
    private int slots;

    @Option(
            names = "--ha",
            description = "Let jobs outlive their JobManager, by a ZooKeeper beside it.")
    private boolean highAvailability;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "Of the web UI and REST; 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "For logs, checkpoints and savepoints (default: runs/cluster-… of this moment).")
    private Path folder;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description = "A setting of Flink, such as taskmanager.memory.process.size=2g.")
    private Map<String, String> settings = Map.of();

    @Override
    public Integer call() throws Exception {
        Path where =
                folder == null
                        ? Path.of("runs", "cluster-" + LocalDateTime.now().format(NAME))
                        : folder;
        ClusterOptions options =
                new ClusterOptions(where, port, taskManagers, slots, highAvailability, settings);
        PrintWriter out = spec.commandLine().getOut();
        out.printf("Starting Flink in %s …%n", options.folder());
        out.flush();
        try (FlinkCluster cluster = FlinkCluster.start(Distribution.ofCommand(), options)) {
            out.printf("Web UI and REST: %s%n", cluster.url());
            say(out, cluster.jobManager());
            cluster.taskManagers().forEach(process -> say(out, process));
            out.printf("%n    ./mess submit --url %s --config mess.yaml%n", cluster.url());
            out.printf("    ./mess status --url %s%n", cluster.url());
            out.printf("%nWhat is killed is started again. Ctrl-C ends all.%n");
            out.flush();
            while (true) {
                Thread.sleep(SUPERVISION_MILLIS);
                cluster.replaceEnded().forEach(process -> say(out, process));
                out.flush();
            }
        }
    }

    private static void say(PrintWriter out, FlinkProcess process) {
        out.printf("Process %d: %s%n", process.pid(), process.name());
    }
}
