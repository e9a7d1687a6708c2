package dev.messplus.local.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.messplus.core.ScoreWindow;
import dev.messplus.core.StreamRule;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.SlaConfig;
import dev.messplus.job.config.TopicsConfig;
import dev.messplus.local.report.ConsoleTable;
import dev.messplus.local.report.EnergySources;
import dev.messplus.local.report.HtmlReport;
import dev.messplus.local.report.ReferencePass;
import dev.messplus.local.report.RunReport;
import dev.messplus.local.report.ServedRequest;
import dev.messplus.local.zoo.Question;
import dev.messplus.local.zoo.VocabularyQuestions;
import dev.messplus.local.zoo.ZooModels;
import dev.messplus.local.zoo.ZooServer;
import dev.messplus.record.Json;
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
 * The embedded default: starts a stack and a zoo, sends prompts, and compares what came of them.
 *
 * <p>What other policies would have cost is worked out from real answers: the same prompts go
 * through the same job under a second SLA that explores every request.
 */
public final class LocalRunner {

    /** The SLA under which every model is asked every prompt. */
    static final String REFERENCE_SLA = "reference";

    private static final int PARALLELISM = 2;

    /** Answers the zoo computes at a time. */
    private static final int WORKERS = 2;

    /** Two cores answer; more in flight would only make decisions know less. */
    private static final int CAPACITY = 8;

    private final LocalOptions options;
    private final PrintStream out;

    /** A runner that prints to {@code out}. */
    public LocalRunner(LocalOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /**
     * Runs.
     *
     * @return whether every prompt got its answer
     */
    public boolean run() throws Exception {
        long startNanos = System.nanoTime();
        // Checked before anything is started.
        ObjectNode ownZoo = options.zoo() == null ? null : ownZoo(options.zoo());
        Path folder = runFolder();
        System.setProperty("log.file", folder.resolve(LocalStack.LOG).toString());
        out.println("MESS+ local: everything below runs in this process, on this machine");
        try (ZooServer server =
                ownZoo == null
                        ? ZooServer.start(0, WORKERS, ZooModels.all(), options.wattsPerCore())
                        : null) {
            ObjectNode zoo = server == null ? ownZoo : smallZoo(server);
            List<Prompt> prompts = prompts();
            try (LocalStack stack = LocalStack.start(folder, settings(zoo), PARALLELISM);
                    LocalRun run = new LocalRun(stack, out, options.plain())) {
                describe(stack, server, folder);
                long firstNanos = System.nanoTime();
                List<Response> answers = run.run(options.sla(), prompts, options.rate());
                Duration elapsed = Duration.ofNanos(System.nanoTime() - firstNanos);
                out.printf(
                        "first answer %.1f s after the start%n",
                        (run.firstAnswerNanos() - startNanos) / 1e9);
                out.printf(
                        "%nThe same prompts to every model, for what other policies would cost:%n");
                List<Response> reference = run.run(REFERENCE_SLA, renamed(prompts), 0);
                report(folder, stack, server, answers, reference, elapsed);
                out.printf(
                        "done in %d s%n",
                        Duration.ofNanos(System.nanoTime() - startNanos).toSeconds());
                if (options.keep()) {
                    keep(stack);
                }
                return answers.stream().allMatch(answer -> Response.OK.equals(answer.status()));
            }
        }
    }

    private void report(
            Path folder,
            LocalStack stack,
            ZooServer server,
            List<Response> answers,
            List<Response> reference,
            Duration elapsed)
            throws IOException {
        List<String> models = List.copyOf(stack.config().zoo().keySet());
        // The baselines' joules are those of the reference.
        List<Response> all = Stream.concat(answers.stream(), reference.stream()).toList();
        RunReport report =
                new RunReport(
                        options.sla(),
                        options.alpha(),
                        models,
                        answers.stream().map(ServedRequest::of).toList(),
                        ReferencePass.ofExplored(models, reference),
                        EnergySources.of(all),
                        elapsed,
                        shown(stack.config(), server));
        out.printf("%n%s%n", ConsoleTable.render(report));
        Path page = folder.resolve("report.html");
        HtmlReport.write(page, report);
        out.printf("report: %s%n", page.toUri());
    }

    private Map<String, String> shown(MessConfig config, ZooServer server) {
        SlaConfig sla = config.slas().get(options.sla());
        Map<String, String> shown = new LinkedHashMap<>();
        StreamRule.Config rule = (StreamRule.Config) sla.rule();
        shown.put("V", Double.isNaN(rule.v()) ? "auto" : String.valueOf(rule.v()));
        shown.put("window", String.valueOf(sla.sla().window()));
        shown.put("exploration budget", String.valueOf(rule.exploration().budget()));
        shown.put("seed", String.valueOf(sla.sla().seed()));
        shown.put("calls in flight", String.valueOf(config.inference().capacity()));
        shown.put("embedding", config.embedding().model());
        if (server != null && !server.measuresEnergy()) {
            shown.put("watts per core", String.valueOf(options.wattsPerCore()));
        }
        return shown;
    }

    /** Leaves everything running until the process is told to stop. */
    private void keep(LocalStack stack) throws Exception {
        TopicsConfig topics = stack.config().kafka().topics();
        out.printf("%nStill running; Ctrl-C ends it.%n");
        line("kafka", stack.bootstrap());
        line("topics", topics.requests() + "  " + topics.responses());
        line("", topics.feedback() + "  " + topics.deadLetters());
        line("flink", stack.webUi());
        line(
                "try",
                "echo 'Which word means: a large feline?' | ./mess produce - --bootstrap %s --sla %s"
                        .formatted(stack.bootstrap(), options.sla()));
        new CountDownLatch(1).await();
    }

    private void describe(LocalStack stack, ZooServer server, Path folder) throws Exception {
        line("kafka", stack.bootstrap());
        line("flink", stack.webUi() + taken(stack.webUi()));
        stack.config()
                .zoo()
                .forEach((id, model) -> line("model", "%-10s %s".formatted(id, model.url())));
        if (server != null) {
            line("energy", server.energy());
        }
        line("sla", "%s: average score of at least %s".formatted(options.sla(), options.alpha()));
        line("run", folder.toString());
    }

    private static String taken(String url) {
        return url.endsWith(":" + LocalStack.FLINK_PORT)
                ? ""
                : "  (port " + LocalStack.FLINK_PORT + " is taken)";
    }

    private void line(String what, String value) {
        out.printf("  %-6s %s%n", what, value);
    }

    private Path runFolder() throws IOException {
        String name =
                LocalDateTime.now(ZoneId.systemDefault())
                        .format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss"));
        return Files.createDirectories(options.out().resolve(name)).toAbsolutePath();
    }

    private List<Prompt> prompts() {
        List<Question> questions =
                VocabularyQuestions.read().generate(options.requests(), options.seed());
        List<Prompt> prompts = new ArrayList<>(questions.size());
        for (Question question : questions) {
            prompts.add(
                    new Prompt(
                            "q" + prompts.size(),
                            question.prompt(),
                            question.reference(),
                            Metric.CHOICE.wireName()));
        }
        return prompts;
    }

    private static List<Prompt> renamed(List<Prompt> prompts) {
        return prompts.stream()
                .map(
                        prompt ->
                                new Prompt(
                                        REFERENCE_SLA + "-" + prompt.id(),
                                        prompt.text(),
                                        prompt.reference(),
                                        prompt.metric()))
                .toList();
    }

    private ObjectNode settings(ObjectNode zoo) {
        ObjectNode settings = Json.MAPPER.createObjectNode();
        settings.set("zoo", zoo);
        ObjectNode slas = settings.putObject("slas");
        slas.putObject(options.sla())
                .put("alpha", options.alpha())
                .put("V", options.v())
                .put("window", Math.max(ScoreWindow.STEPS, options.requests() / 2))
                .put("seed", options.seed());
        slas.putObject(REFERENCE_SLA).put("alpha", 0).put("explorationFloor", 1);
        settings.putObject("inference").put("capacity", CAPACITY);
        return settings;
    }

    private static ObjectNode smallZoo(ZooServer server) {
        ObjectNode zoo = Json.MAPPER.createObjectNode();
        for (String model : ZooModels.all().keySet()) {
            zoo.putObject(model)
                    .put("url", server.url().toString())
                    .put("model", model)
                    .putObject("energy")
                    .put("source", "response")
                    .put("pointer", "/usage/energy_joules")
                    .put("sourcePointer", "/usage/energy_source");
        }
        return zoo;
    }

    private static ObjectNode ownZoo(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new ConfigException(file.toString(), List.of("file: cannot be read"));
        }
        JsonNode zoo = new YAMLMapper().readTree(file.toFile()).path("zoo");
        if (zoo instanceof ObjectNode models && !models.isEmpty()) {
            return models;
        }
        throw new ConfigException(
                file.toString(), List.of("zoo: is missing; write it as in mess.yaml"));
    }
}
