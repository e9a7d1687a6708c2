package dev.messplus.bench;

import dev.messplus.bench.stream.BurstBenchmark;
import dev.messplus.bench.stream.StreamRows;
import dev.messplus.cli.Subcommand;
import dev.messplus.report.Progress;
import dev.messplus.report.Tables;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mess bench}: what routing costs on this machine, beside what people use. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures what routing costs on this machine, beside a Flink job without routing and beside"
                    + " gateways, and what becomes of a burst at default settings. Starts its own"
                    + " Kafka, Flink and model servers on loopback.",
            "",
            "Portkey's gateway is installed with npm, if there is npm. nginx is measured if it is"
                    + " installed. docs/performance.md explains the rows."
        },
        sortOptions = false)
public final class BenchCommand implements Callable<Integer>, Subcommand {

    /** Prompts that are sent at once to servers of 16 slots. */
    private static final int BURST = 6_000;

    private static final int QUICK_BURST = 160;

    @Spec private CommandSpec spec;

    @Option(
            names = "--quick",
            description =
                    "One short round of each row, to see that it works: the figures mean little.")
    private boolean quick;

    @Option(
            names = "--warm",
            paramLabel = "SECONDS",
            defaultValue = "180",
            description =
                    "Time under load before the first round. Before that, the JVMs still compile"
                            + " (default: ${DEFAULT-VALUE}).")
    private int warmSeconds;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "Length of a round (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds of each row, in turn (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Also writes the table to a file, in Markdown.")
    private Path file;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        StreamRows.Plan plan =
                quick
                        ? new StreamRows.Plan(2, 2, 1, false)
                        : new StreamRows.Plan(warmSeconds, seconds, rounds, true);
        int prompts = quick ? QUICK_BURST : BURST;
        List<Row> rows = new ArrayList<>();
        MicroRows micro = new MicroRows(quick);
        try (Progress progress =
                Progress.of("bench", plan.steps() + MicroRows.STEPS + 1, false, System.err)) {
            rows.addAll(micro.measure(progress));
            rows.addAll(StreamRows.measure(plan, progress));
            rows.addAll(BurstBenchmark.measure(prompts).rows());
            progress.step();
        }
        out.println(Machine.describe());
        out.println();
        out.println(
                Tables.render(
                        rows,
                        List.of(
                                Tables.text("what", Row::what),
                                Tables.number("median (range)", Row::figure),
                                Tables.text("unit", Row::unit),
                                Tables.text("", Row::note))));
        out.flush();
        if (file != null) {
            Files.writeString(file, markdown(rows));
        }
        return 0;
    }

    private static String markdown(List<Row> rows) {
        StringBuilder table = new StringBuilder(Machine.describe());
        table.append("\n\n| what | median (range) | unit | |\n|---|--:|---|---|\n");
        for (Row row : rows) {
            table.append(
                    "| %s | %s | %s | %s |%n"
                            .formatted(row.what(), row.figure(), row.unit(), row.note()));
        }
        return table.toString();
    }
}
