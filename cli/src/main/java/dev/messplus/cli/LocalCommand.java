package dev.messplus.cli;

import dev.messplus.cli.probe.Finding;
import dev.messplus.cli.probe.ServerProbe;
import dev.messplus.job.config.ConfigException;
import dev.messplus.local.run.LocalOptions;
import dev.messplus.local.run.LocalOptionsBuilder;
import dev.messplus.local.run.LocalRunner;
import dev.messplus.local.run.ZooFile;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mess local}. */
@Command(
        name = "local",
        description = {
            "Runs everything in this process: Kafka, Flink with its web UI, a zoo of four small"
                    + " models, and real prompts.",
            "Shows the run, compares it with what other policies would have cost, and writes a"
                    + " report. Exits with 0 only if every prompt was answered."
        })
final class LocalCommand extends MessCommand {

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Number of prompts to send (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            defaultValue = LocalOptions.DEFAULT_ALPHA,
            description = "Average score to reach, from 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double alpha;

    @Option(
            names = "--sla",
            paramLabel = "NAME",
            defaultValue = "gold",
            description = "Name of the SLA (default: ${DEFAULT-VALUE}).")
    private String sla;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "0",
            description =
                    "Prompts to send per second; 0 for as fast as possible (default:"
                            + " ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--zoo",
            paramLabel = "FILE",
            description =
                    "Use model servers that are already running, such as Ollama or llama.cpp: a"
                            + " YAML file with a zoo as in mess.yaml.")
    private Path zoo;

    @Option(
            names = "--skip-probe",
            description =
                    "With --zoo: do not ask the model servers first whether they are there and serve"
                            + " the models.")
    private boolean skipProbe;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seed of the prompts and the exploration (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--watts-per-core",
            paramLabel = "W",
            defaultValue = "10",
            description =
                    "Power of a busy core in watts, to estimate joules from CPU time where RAPL"
                            + " cannot be read (default: ${DEFAULT-VALUE}).")
    private double wattsPerCore;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Folder of the runs (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Option(
            names = "--warm-start",
            description =
                    "Afterwards, send the prompts once more under an SLA that begins with the"
                            + " recorded outcomes of as many other prompts; takes twice as long.")
    private boolean warmStart;

    @Option(names = "--keep", description = "Keep everything running at the end, until Ctrl-C.")
    private boolean keep;

    @Option(
            names = "--plain",
            description = "Print without colours, and progress as lines instead of bars.")
    private boolean plain;

    @Override
    public Integer call() throws Exception {
        LocalOptions options =
                LocalOptionsBuilder.builder()
                        .requests(requests)
                        .alpha(alpha)
                        .sla(sla)
                        .rate(rate)
                        .zoo(zoo)
                        .seed(seed)
                        .wattsPerCore(wattsPerCore)
                        .out(out)
                        .warmStart(warmStart)
                        .keep(keep)
                        .plain(plain)
                        .build();
        if (zoo != null && !skipProbe) {
            probe();
        }
        PrintStream console = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        return new LocalRunner(options, new LocalReplays(), console).run() ? 0 : 1;
    }

    /** A run whose models cannot be called would only say so after minutes. */
    private void probe() throws IOException {
        PrintWriter err = err();
        List<String> errors = new ArrayList<>();
        for (Finding finding : ServerProbe.findings(ZooFile.read(zoo))) {
            if (finding.certain()) {
                errors.add(finding.text());
            } else {
                err.println("Warning: " + finding.text());
            }
        }
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s%n--skip-probe runs all the same."
                            .formatted(new ConfigException(zoo.toString(), errors).getMessage()));
        }
    }
}
