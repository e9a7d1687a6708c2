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
@Command(name = "local")
final class LocalCommand extends MessCommand {

    @Option(names = "--requests", paramLabel = "N", defaultValue = "2000")
    private int requests;

    @Option(names = "--alpha", paramLabel = "A", defaultValue = LocalOptions.DEFAULT_ALPHA)
    private double alpha;

    @Option(names = "--sla", paramLabel = "NAME", defaultValue = "gold")
    private String sla;

    @Option(names = "--rate", paramLabel = "R", defaultValue = "0")
    private double rate;

    @Option(names = "--zoo", paramLabel = "FILE")
    private Path zoo;

    @Option(names = "--skip-probe")
    private boolean skipProbe;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1")
    private long seed;

    @Option(names = "--watts-per-core", paramLabel = "W", defaultValue = "10")
    private double wattsPerCore;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "runs")
    private Path out;

    @Option(names = "--warm-start")
    private boolean warmStart;

    @Option(names = "--keep")
    private boolean keep;

    @Option(names = "--plain")
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
