package dev.messplus.local.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.core.StreamRule;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.SlaSection;
import dev.messplus.local.embedded.Ports;
import dev.messplus.local.questions.MixedQuestions;
import dev.messplus.local.questions.Question;
import dev.messplus.local.report.ConsoleTable;
import dev.messplus.local.report.EnergySources;
import dev.messplus.local.report.HtmlReport;
import dev.messplus.local.report.ReferencePass;
import dev.messplus.local.report.RunReport;
import dev.messplus.local.report.RunReportBuilder;
import dev.messplus.local.report.ServedRequest;
import dev.messplus.local.zoo.ZooModels;
import dev.messplus.local.zoo.ZooServer;
import dev.messplus.record.Response;
import dev.messplus.scoring.Metric;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * Runs {@code mess local}: starts a zoo and a stack, sends prompts, and reports the run. What does
 * not need each other starts at the same time.
 *
 * <p>The baselines of the report are computed from real answers: after the run, the same prompts go
 * through the same job under a second SLA that explores every request.
 */
public final class LocalRunner {

    private static final int PARALLELISM = 2;

    /** Answers that the built-in zoo computes at a time. */
    private static final int WORKERS = 2;

    private static final DateTimeFormatter FOLDER_NAME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss");

    private final LocalOptions options;
    private final PrintStream out;
    private final RunConsole console;
    private final long startNanos = System.nanoTime();

    /** A runner that prints to {@code out}. */
    public LocalRunner(LocalOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
        this.console = new RunConsole(options, out);
    }

    /** The two passes of a run: under the SLA of the options, and under the reference SLA. */
    private record Passes(List<Response> answers, Duration elapsed, List<Response> reference) {}

    /**
     * Runs.
     *
     * @return whether every prompt was answered
     */
    public boolean run() throws Exception {
        // Read first, so that an error in the file shows before anything is started.
        ObjectNode zoo = options.zoo() == null ? null : RunSettings.zooOf(options.zoo());
        Path folder = createFolder();
        System.setProperty("log.file", folder.resolve(LocalStack.LOG).toString());
        out.println("MESS+ local: everything below runs in this process, on this machine");
        try (Parts parts = new Parts()) {
            int zooPort = Ports.free();
            Parts.Part<ZooServer> server =
                    parts.start(() -> zoo == null ? startZoo(zooPort) : null);
            Parts.Part<List<LabelledPrompt>> prompts = parts.start(this::prompts);
            ObjectNode settings =
                    RunSettings.of(options, zoo == null ? RunSettings.builtInZoo(zooPort) : zoo);
            try (LocalStack stack = LocalStack.start(folder, settings, PARALLELISM);
                    LocalRun run = new LocalRun(stack, out, options.plain())) {
                return run(folder, stack, run, server.await(), prompts.await());
            }
        }
    }

    private ZooServer startZoo(int port) throws IOException {
        return ZooServer.start(port, WORKERS, ZooModels.all(), options.wattsPerCore());
    }

    private boolean run(
            Path folder,
            LocalStack stack,
            LocalRun run,
            ZooServer server,
            List<LabelledPrompt> prompts)
            throws Exception {
        console.describe(stack, server, folder);
        Passes passes = passes(run, prompts);
        write(folder, report(stack.config(), server, passes));
        out.printf("done in %d s%n", Duration.ofNanos(System.nanoTime() - startNanos).toSeconds());
        if (options.keep()) {
            console.describeKept(stack);
            waitForCtrlC();
        }
        return passes.answers().stream().allMatch(answer -> Response.OK.equals(answer.status()));
    }

    private Passes passes(LocalRun run, List<LabelledPrompt> prompts) throws Exception {
        long firstNanos = System.nanoTime();
        List<Response> answers = run.run(options.sla(), prompts, options.rate());
        Duration elapsed = Duration.ofNanos(System.nanoTime() - firstNanos);
        out.printf(
                "first answer %.1f s after the start%n",
                (run.firstAnswerNanos() - startNanos) / 1e9);
        out.printf(
                "%nNow the same prompts go to every model, to compute what other policies would"
                        + " have cost:%n");
        String sla = LocalOptions.REFERENCE_SLA;
        List<LabelledPrompt> again =
                prompts.stream().map(prompt -> prompt.withId(sla + "-" + prompt.id())).toList();
        return new Passes(answers, elapsed, run.run(sla, again, 0));
    }

    private RunReport report(MessConfig config, ZooServer server, Passes passes) {
        List<String> models = List.copyOf(config.zoo().keySet());
        // The joules of the baselines are those of the reference pass.
        List<Response> all =
                Stream.concat(passes.answers().stream(), passes.reference().stream()).toList();
        return RunReportBuilder.builder()
                .sla(options.sla())
                .alpha(options.alpha())
                .models(models)
                .served(passes.answers().stream().map(ServedRequest::of).toList())
                .reference(ReferencePass.ofExplored(models, passes.reference()))
                .energySources(EnergySources.of(all))
                .elapsed(passes.elapsed())
                .settings(shown(config, server))
                .build();
    }

    private void write(Path folder, RunReport report) throws IOException {
        out.printf("%n%s%n", ConsoleTable.render(report));
        Path page = folder.resolve("report.html");
        HtmlReport.write(page, report);
        out.printf("report: %s%n", page.toUri());
    }

    /** The settings that the report shows, by name. */
    private Map<String, String> shown(MessConfig config, ZooServer server) {
        SlaSection sla = config.slas().get(options.sla());
        StreamRule.Config rule = (StreamRule.Config) sla.rule();
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("window", String.valueOf(sla.sla().window()));
        shown.put("exploration budget", String.valueOf(rule.explorationBudget(sla.sla().labels())));
        shown.put("seed", String.valueOf(sla.sla().seed()));
        shown.put("calls in flight", String.valueOf(config.inference().maxInFlight()));
        shown.put("embedding", config.embedding().model());
        if (server != null && !server.measuresEnergy()) {
            shown.put("watts per core", String.valueOf(options.wattsPerCore()));
        }
        return shown;
    }

    private Path createFolder() throws IOException {
        String name = LocalDateTime.now(ZoneId.systemDefault()).format(FOLDER_NAME);
        return Files.createDirectories(options.out().resolve(name)).toAbsolutePath();
    }

    private List<LabelledPrompt> prompts() {
        List<Question> questions =
                MixedQuestions.read().generate(options.requests(), options.seed());
        List<LabelledPrompt> prompts = new ArrayList<>(questions.size());
        for (Question question : questions) {
            prompts.add(
                    new LabelledPrompt(
                            "q" + prompts.size(),
                            question.kind().words(),
                            question.prompt(),
                            question.reference(),
                            Metric.CHOICE.wireName()));
        }
        return prompts;
    }

    private static void waitForCtrlC() throws InterruptedException {
        new CountDownLatch(1).await();
    }
}
