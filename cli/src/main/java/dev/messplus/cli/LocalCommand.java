package dev.messplus.cli;

import dev.messplus.cli.probe.Finding;
import dev.messplus.cli.probe.ServerProbe;
import dev.messplus.energy.source.ServerProcess;
import dev.messplus.job.config.ConfigException;
import dev.messplus.local.run.LabelledPrompt;
import dev.messplus.local.run.LocalOptions;
import dev.messplus.local.run.LocalOptionsBuilder;
import dev.messplus.local.run.LocalRunner;
import dev.messplus.local.run.PromptFile;
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

    @Option(names = "--requests", paramLabel = "N")
    private Integer requests;

    @Option(names = "--alpha", paramLabel = "A")
    private Double alpha;

    @Option(names = "--sla", paramLabel = "NAME", defaultValue = "gold")
    private String sla;

    @Option(names = "--rate", paramLabel = "R", defaultValue = "0")
    private double rate;

    @Option(names = "--zoo", paramLabel = "FILE")
    private Path zoo;

    @Option(names = "--prompts", paramLabel = "FILE")
    private Path promptFile;

    @Option(names = "--skip-probe")
    private boolean skipProbe;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1")
    private long seed;

    @Option(
            names = "--watts-per-core",
            paramLabel = "W",
            defaultValue = "" + ServerProcess.WATTS_PER_CORE)
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
        List<LabelledPrompt> prompts = prompts();
        LocalOptions options =
                LocalOptionsBuilder.builder()
                        .requests(requests(prompts))
                        .alpha(alpha())
                        .sla(sla)
                        .rate(rate)
                        .zoo(zoo)
                        .prompts(prompts)
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

    /** The prompts of the file; null without one. */
    private List<LabelledPrompt> prompts() throws IOException {
        if (promptFile == null) {
            return null;
        }
        if (zoo == null) {
            throw new IllegalArgumentException(
                    "--prompts: needs --zoo, a file with your models; the built-in ones answer"
                            + " multiple-choice questions alone");
        }
        return PromptFile.read(promptFile, zoo);
    }

    /** By default all prompts of the file; for a warm start, half of them are for recording. */
    private int requests(List<LabelledPrompt> prompts) {
        if (prompts == null) {
            return requests == null ? LocalOptions.DEFAULT_REQUESTS : requests;
        }
        int most = prompts.size() / LocalOptions.promptsNeeded(1, warmStart);
        if (most == 0) {
            throw new IllegalArgumentException(
                    "--warm-start: needs at least 2 prompts, but %s has 1".formatted(promptFile));
        }
        if (requests != null && requests > most) {
            throw new IllegalArgumentException(
                    "--requests: must be at most %d, because %s has %d prompts%s; was %d"
                            .formatted(
                                    most,
                                    promptFile,
                                    prompts.size(),
                                    warmStart ? ", of which --warm-start needs half" : "",
                                    requests));
        }
        return requests == null ? most : requests;
    }

    /** Of other models, nobody knows beforehand what they can keep. */
    private double alpha() {
        if (alpha == null) {
            return zoo == null ? LocalOptions.DEFAULT_ALPHA : Double.NaN;
        }
        return alpha;
    }

    /** A run whose models cannot be called would only say so after minutes. */
    private void probe() throws IOException {
        PrintWriter err = err();
        List<String> errors = new ArrayList<>();
        for (Finding finding : ServerProbe.findings("zoo", ZooFile.read(zoo))) {
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
