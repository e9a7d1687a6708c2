package dev.messplus.local.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.messplus.job.config.ConfigException;
import dev.messplus.local.zoo.Question;
import dev.messplus.local.zoo.VocabularyQuestions;
import dev.messplus.local.zoo.ZooModels;
import dev.messplus.local.zoo.ZooServer;
import dev.messplus.record.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

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
        Path folder = runFolder();
        System.setProperty("mess.log", folder.resolve(LocalStack.LOG).toString());
        out.println("MESS+ local: everything below runs in this process, on this machine");
        try (ZooServer server =
                options.zoo() == null ? ZooServer.start(0, WORKERS, ZooModels.all()) : null) {
            ObjectNode zoo = server == null ? ownZoo(options.zoo()) : smallZoo(server);
            List<Prompt> prompts = prompts("");
            try (LocalStack stack = LocalStack.start(folder, settings(zoo), PARALLELISM);
                    LocalRun run = new LocalRun(stack, out, options.plain())) {
                describe(stack, zoo, folder);
                List<Answer> answers = run.run(options.sla(), prompts, options.rate());
                List<Answer> reference = run.run(REFERENCE_SLA, prompts("reference-"), 0);
                for (String m : ZooModels.all().keySet()) {
                    System.out.println(
                            m
                                    + " "
                                    + reference.stream()
                                            .flatMap(a -> a.candidates().stream())
                                            .filter(c -> c.model().equals(m))
                                            .mapToDouble(c -> c.score())
                                            .average()
                                    + " "
                                    + reference.stream()
                                            .flatMap(a -> a.candidates().stream())
                                            .filter(c -> c.model().equals(m))
                                            .mapToDouble(c -> c.energyJoules())
                                            .average());
                }
                System.out.println(
                        "mess "
                                + answers.stream().mapToDouble(Answer::score).average()
                                + " "
                                + answers.stream().mapToDouble(Answer::totalJoules).average()
                                + " served "
                                + answers.stream().mapToDouble(Answer::servedJoules).average());
                return answers.stream().allMatch(Answer::ok);
            }
        }
    }

    private void describe(LocalStack stack, ObjectNode zoo, Path folder) throws Exception {
        line("kafka", stack.bootstrap());
        line("flink", stack.webUi());
        zoo.fields()
                .forEachRemaining(
                        model ->
                                line(
                                        "model",
                                        model.getKey()
                                                + " at "
                                                + model.getValue().path("url").asText()));
        line("sla", "%s: average score of at least %.3f".formatted(options.sla(), options.alpha()));
        line("run", folder.toString());
    }

    private void line(String what, String value) {
        out.printf("  %-6s %s%n", what, value);
    }

    private Path runFolder() throws IOException {
        String name =
                LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss"));
        return Files.createDirectories(options.out().resolve(name)).toAbsolutePath();
    }

    private List<Prompt> prompts(String idPrefix) {
        List<Question> questions =
                VocabularyQuestions.read().generate(options.requests(), options.seed());
        List<Prompt> prompts = new ArrayList<>(questions.size());
        for (int i = 0; i < questions.size(); i++) {
            Question question = questions.get(i);
            prompts.add(
                    new Prompt(idPrefix + i, question.prompt(), question.reference(), "choice"));
        }
        return prompts;
    }

    private ObjectNode settings(ObjectNode zoo) {
        ObjectNode settings = Json.MAPPER.createObjectNode();
        settings.set("zoo", zoo);
        ObjectNode slas = settings.putObject("slas");
        slas.putObject(options.sla())
                .put("alpha", options.alpha())
                .put("window", Math.max(64, options.requests() / 10))
                .put("seed", options.seed());
        slas.putObject(REFERENCE_SLA).put("alpha", 0).put("explorationFloor", 1);
        settings.putObject("inference").put("capacity", CAPACITY);
        return settings;
    }

    private ObjectNode smallZoo(ZooServer server) {
        ObjectNode zoo = Json.MAPPER.createObjectNode();
        for (String model : ZooModels.all().keySet()) {
            zoo.putObject(model)
                    .put("url", server.url().toString())
                    .put("model", model)
                    .putObject("energy")
                    .put("source", "cpu_time")
                    .put("wattsPerCore", options.wattsPerCore());
        }
        return zoo;
    }

    private static ObjectNode ownZoo(Path file) throws IOException {
        JsonNode zoo = new YAMLMapper().readTree(file.toFile()).path("zoo");
        if (zoo instanceof ObjectNode models && !models.isEmpty()) {
            return models;
        }
        throw new ConfigException(
                file.toString(), List.of("zoo: is missing; write it as in mess.yaml"));
    }
}
