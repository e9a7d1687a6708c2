package dev.messplus.local.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.SlaSection;
import dev.messplus.local.questions.ChoiceQuestion;
import dev.messplus.local.questions.MixedQuestions;
import dev.messplus.local.report.ConsoleTable;
import dev.messplus.local.report.Exchange;
import dev.messplus.local.report.HtmlReport;
import dev.messplus.local.report.JouleSources;
import dev.messplus.local.report.ReferencePass;
import dev.messplus.local.report.RunReport;
import dev.messplus.local.report.RunReportBuilder;
import dev.messplus.local.report.ServedRequest;
import dev.messplus.local.run.LocalRun.Pace;
import dev.messplus.local.zoo.ZooModels;
import dev.messplus.local.zoo.ZooServer;
import dev.messplus.minicluster.Ports;
import dev.messplus.record.Response;
import dev.messplus.score.metric.Metric;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Runs {@code mess local}: starts a zoo and a stack, sends prompts, and reports the run. What does
 * not need each other starts at the same time.
 *
 * <p>The baselines of the report are computed from real answers: the same prompts go through the
 * same job under a second SLA that explores every request, afterwards, or before if what is
 * promised depends on them.
 */
public final class LocalRunner {

    /** The recorded outcomes of every model, in the folder of the run. */
    static final String OUTCOMES = "outcomes.csv";

    private static final int PARALLELISM = 2;

    /** Answers that the built-in zoo computes at a time. */
    private static final int WORKERS = 2;

    /**
     * The job does not wait long for the second answers of explored requests. With 16 prompts
     * unanswered, hardly any answer is given up.
     */
    private static final Pace FOR_EVERY_MODEL = new Pace(0, 16);

    private static final DateTimeFormatter FOLDER_NAME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss");

    private final LocalOptions options;
    private final Replays replays;
    private final PrintStream out;
    private final RunConsole console;
    private final long startNanos = System.nanoTime();

    public LocalRunner(LocalOptions options, Replays replays, PrintStream out) {
        this.options = options;
        this.replays = replays;
        this.out = out;
        this.console = new RunConsole(options, out);
    }

    /**
     * The passes of a run over the same prompts.
     *
     * @param alpha what was promised
     * @param answers under the SLA of the options, in order of arrival
     * @param elapsed time of that pass
     * @param reference under the SLA that asks every model
     * @param warm under an SLA that began with recorded outcomes; empty if there was none
     */
    private record Passes(
            double alpha,
            List<Exchange> answers,
            Duration elapsed,
            List<Exchange> reference,
            List<Exchange> warm) {

        /** Requests between their decision and their answer, in the mean, by Little's law. */
        int inFlight() {
            long millis = served(answers).stream().mapToLong(ServedRequest::latencyMillis).sum();
            return Math.toIntExact(Math.round(millis / (double) Math.max(1, elapsed.toMillis())));
        }
    }

    /**
     * Runs.
     *
     * @return whether every prompt was answered
     */
    public boolean run() throws Exception {
        // Read first, so that an error in the file shows before anything is started.
        ObjectNode file = options.zoo() == null ? null : RunSettings.zooOf(options.zoo());
        Path folder = createFolder();
        System.setProperty("log.file", folder.resolve(LocalStack.LOG).toString());
        // Sets up logging now: SLF4J writes to stderr if a thread asks for a logger meanwhile.
        Object unused = LoggerFactory.getILoggerFactory();
        out.println("MESS+ local: everything below runs in this process, on this machine");
        try (Parts parts = new Parts()) {
            int zooPort = Ports.free();
            Parts.Part<ZooServer> server =
                    parts.start(() -> file == null ? startZoo(zooPort) : null);
            Parts.Part<List<LabelledPrompt>> prompts = parts.start(this::prompts);
            ObjectNode zoo = file == null ? RunSettings.builtInZoo(zooPort) : file;
            try (LocalStack stack =
                            LocalStack.start(folder, RunSettings.of(options, zoo), PARALLELISM);
                    LocalRun run = new LocalRun(stack, out, options.plain())) {
                console.describe(stack, server.await(), folder);
                Passes passes = passes(folder, zoo, stack, run, prompts.await());
                report(folder, stack.config(), server.await(), passes);
                if (options.keep()) {
                    console.describeKept(stack);
                    waitForCtrlC();
                }
                return passes.answers().stream()
                        .allMatch(exchange -> Response.OK.equals(exchange.response().status()));
            }
        }
    }

    private ZooServer startZoo(int port) throws IOException {
        return ZooServer.start(port, WORKERS, ZooModels.all(), options.wattsPerCore());
    }

    private Passes passes(
            Path folder, ObjectNode zoo, LocalStack stack, LocalRun run, List<LabelledPrompt> all)
            throws Exception {
        List<LabelledPrompt> prompts = all.subList(0, options.requests());
        List<Exchange> reference = List.of();
        LocalOptions promised = options;
        if (!options.hasAlpha()) {
            out.printf("%nFirst, every model answers every prompt, to see what can be promised:%n");
            reference = askEveryModel(run, prompts);
            HalfWay promise = HalfWay.between(recorded(stack.config(), reference));
            console.describe(promise);
            promised = LocalOptionsBuilder.builder(options).alpha(promise.alpha()).build();
            stack.restart(RunSettings.of(promised, zoo));
            out.printf("%nNow MESS+ chooses a model for each of the same prompts:%n");
        }
        long firstNanos = System.nanoTime();
        List<Exchange> answers =
                exchanges(prompts, run.run(options.sla(), prompts, Pace.of(options.rate())));
        Duration elapsed = Duration.ofNanos(System.nanoTime() - firstNanos);
        out.printf(
                "first answer %.1f s after the start%n",
                (run.firstAnswerNanos() - startNanos) / 1e9);
        if (options.hasAlpha()) {
            out.printf(
                    "%nNow the same prompts go to every model, to compute what other policies would"
                            + " have cost:%n");
            reference = askEveryModel(run, prompts);
        }
        List<Exchange> warm = List.of();
        if (options.warmStart()) {
            Path beliefs = record(folder, stack, run, all);
            stack.restart(RunSettings.warmStart(RunSettings.of(promised, zoo), promised, beliefs));
            out.printf(
                    "%nNow the prompts of the first pass go through the job once more, under an SLA"
                            + " that begins with what was recorded:%n");
            warm = resend(run, options.sla() + LocalOptions.WARM, prompts, Pace.of(0));
        }
        return new Passes(promised.alpha(), answers, elapsed, reference, warm);
    }

    /**
     * Records the outcomes of other prompts, and returns the file of what they say of the models.
     */
    private Path record(Path folder, LocalStack stack, LocalRun run, List<LabelledPrompt> all)
            throws Exception {
        out.printf("%nNow as many other prompts go to every model, to record their outcomes:%n");
        List<LabelledPrompt> others = all.subList(options.requests(), options.promptsNeeded());
        Path table = folder.resolve("recorded-outcomes.csv");
        Path beliefs = folder.resolve("beliefs.json");
        replays.write(table, recorded(stack.config(), askEveryModel(run, others)));
        replays.save(table, beliefs);
        return beliefs;
    }

    /**
     * Has every model answer every prompt. The job gives up second answers of explored requests
     * that wait for long; their prompts are sent again, as long as that brings some of them.
     */
    private static List<Exchange> askEveryModel(LocalRun run, List<LabelledPrompt> prompts)
            throws Exception {
        Map<String, Exchange> byId = new LinkedHashMap<>();
        List<LabelledPrompt> left = prompts;
        int before;
        do {
            before = left.size();
            resend(run, LocalOptions.REFERENCE_SLA, left, FOR_EVERY_MODEL)
                    .forEach(exchange -> byId.put(exchange.response().id(), exchange));
            left =
                    prompts.stream()
                            .filter(prompt -> lacksAnswers(byId.get(prompt.id()).response()))
                            .toList();
        } while (!left.isEmpty() && left.size() < before);
        return prompts.stream().map(prompt -> byId.get(prompt.id())).toList();
    }

    private static boolean lacksAnswers(Response response) {
        return response.candidates() != null
                && response.candidates().stream().anyMatch(candidate -> candidate.error() != null);
    }

    /**
     * Sends prompts under another SLA.
     *
     * @return in the order of the prompts
     */
    private static List<Exchange> resend(
            LocalRun run, String sla, List<LabelledPrompt> prompts, Pace pace) throws Exception {
        Map<String, Response> byId = new HashMap<>();
        run.run(sla, prompts, pace).forEach(response -> byId.put(response.id(), response));
        return exchanges(prompts, prompts.stream().map(prompt -> byId.get(prompt.id())).toList());
    }

    private static List<Exchange> exchanges(
            List<LabelledPrompt> prompts, List<Response> responses) {
        Map<String, LabelledPrompt> byId = new HashMap<>();
        prompts.forEach(prompt -> byId.put(prompt.id(), prompt));
        return responses.stream()
                .map(
                        response -> {
                            LabelledPrompt prompt = byId.get(response.id());
                            return new Exchange(
                                    prompt.kind(), prompt.text(), prompt.reference(), response);
                        })
                .toList();
    }

    private static List<ServedRequest> served(List<Exchange> exchanges) {
        return exchanges.stream().map(exchange -> ServedRequest.of(exchange.response())).toList();
    }

    /** The outcomes on every model. */
    private ReferencePass recorded(MessConfig config, List<Exchange> exchanges) {
        return ReferencePass.ofExplored(
                List.copyOf(config.zoo().keySet()), exchanges, !options.hasAlpha());
    }

    private void report(Path folder, MessConfig config, ZooServer server, Passes passes)
            throws IOException {
        // The joules of the baselines are those of the reference pass.
        List<Response> all =
                Stream.concat(passes.answers().stream(), passes.reference().stream())
                        .map(Exchange::response)
                        .toList();
        ReferencePass reference = recorded(config, passes.reference());
        Path table = folder.resolve(OUTCOMES);
        boolean recorded = replays.write(table, reference) > 0;
        RunReport report =
                RunReportBuilder.builder()
                        .sla(options.sla())
                        .alpha(passes.alpha())
                        .models(reference.models())
                        .served(served(passes.answers()))
                        .exchanges(passes.answers())
                        .warm(served(passes.warm()))
                        .reference(reference)
                        .rivals(
                                recorded
                                        ? replays.rivals(table, passes.alpha(), passes.inFlight())
                                        : List.of())
                        .energySources(JouleSources.of(all))
                        .elapsed(passes.elapsed())
                        .settings(shown(config, server, passes.inFlight()))
                        .build();
        out.printf("%n%s%n", ConsoleTable.render(report));
        Path page = folder.resolve("report.html");
        HtmlReport.write(page, report);
        out.printf("report: %s%n", page.toUri());
        if (recorded) {
            out.printf(
                    "To replay these prompts in forty other orders: ./mess replay --data %s --alpha"
                            + " %s --seeds 40%n",
                    table, passes.alpha());
        }
        out.printf("done in %d s%n", Duration.ofNanos(System.nanoTime() - startNanos).toSeconds());
    }

    /** The settings that the report shows, by name. */
    private Map<String, String> shown(MessConfig config, ZooServer server, int inFlight) {
        SlaSection sla = config.slas().get(options.sla());
        StreamRule.Config rule = (StreamRule.Config) sla.rule();
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("window", String.valueOf(sla.sla().window()));
        shown.put("exploration budget", String.valueOf(rule.explorationBudget(sla.sla().labels())));
        shown.put("seed", String.valueOf(sla.sla().seed()));
        shown.put("mean requests in flight", String.valueOf(inFlight));
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

    /** The prompts to send, and as many to record beforehand where that is asked for. */
    private List<LabelledPrompt> prompts() {
        if (options.prompts() != null) {
            return options.prompts();
        }
        int count = options.promptsNeeded();
        List<LabelledPrompt> prompts = new ArrayList<>(count);
        for (ChoiceQuestion question : MixedQuestions.read().generate(count, options.seed())) {
            prompts.add(
                    LabelledPrompt.of(
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
