package dev.messplus.cli;

import static dev.messplus.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import com.acme.PlainPrompts;
import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.cli.cluster.ClusterOptions;
import dev.messplus.cli.cluster.FlinkCluster;
import dev.messplus.cli.cluster.FlinkDistribution;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.minicluster.EmbeddedKafka;
import dev.messplus.minicluster.Ports;
import dev.messplus.record.Json;
import dev.messplus.testkit.DcgmExporter;
import dev.messplus.testkit.DcgmProcess;
import dev.messplus.testkit.TestModels;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestResponses;
import dev.messplus.testkit.TestTopics;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar of the job on a cluster of several JVMs, operated with the commands. */
class ClusterIT {

    /** Two for each subtask. */
    private static final int HELD_CALLS = 8;

    private static final long HELD_NANOS = TimeUnit.SECONDS.toNanos(6);

    @TempDir static Path folder;

    @AutoClose private static EmbeddedKafka kafka;
    @AutoClose private static TestModels models;
    @AutoClose private static SpanSink collector;
    private static FlinkCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        FlinkDistribution distribution = FlinkDistribution.ofCommand();
        assumeThatCode(distribution::jobJar)
                .as("the cluster jar, which the phase package builds")
                .doesNotThrowAnyException();
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        models = new TestModels();
        collector = new SpanSink();
        cluster =
                FlinkCluster.start(
                        distribution,
                        new ClusterOptions(folder.resolve("flink"), 0, 2, 2, true, Map.of()));
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
            // The supervisor of the cluster may run once more while the JVM ends.
            assertThat(cluster.replaceEnded()).isEmpty();
            assertThat(cluster.taskManagers()).isEmpty();
        }
    }

    @Test
    void aJobSurvivesItsProcessesAndContinuesFromItsSavepoint() throws Exception {
        Path config = Files.writeString(folder.resolve("mess.yaml"), config().yaml());
        String submitted = mess("submit", "--config", config, "--name", "trial");
        String job = find("\\b[0-9a-f]{32}\\b", submitted);
        try (TestTopics topics = new TestTopics(kafka.bootstrap(), "mess.responses")) {
            send(topics, 0, 200);
            answered(topics, 200);
            // The cluster jar has all that exports them.
            await().until(() -> collector.bytes() > 0);
            assertStatus(awaitLabelled(200), job, topics.poll("mess.responses"));
            assertThat(run(List.of("submit", "--config", config.toString())))
                    .contains("job " + job + " (trial) reads mess.requests in the group mess");

            cluster.taskManagers().get(0).kill();
            cluster.addTaskManager();
            send(topics, 200, 300);
            answered(topics, 300);

            cluster.restartJobManager();
            cluster.awaitTaskManagers();
            send(topics, 300, 400);
            answered(topics, 400);
            JsonNode after = awaitLabelled(400);
            assertThat(after.at("/jobs/0/id").asText()).isEqualTo(job);

            String savepoint = find("--from-savepoint (file:\\S+)", mess("stop"));
            assertThat(mess("status")).contains("No MESS+ job is running.");
            mess("submit", "--config", config, "--parallelism", "4", "--from-savepoint", savepoint);
            send(topics, 400, 401);
            answered(topics, 401);
            JsonNode resumed = awaitLabelled(401);
            assertThat(resumed.at("/freeSlots").asInt()).isZero();
            // One more request and its label.
            assertThat(sla(resumed).at("/requests").asLong()).isEqualTo(401);
            assertThat(sla(resumed).at("/q").asDouble())
                    .isEqualTo(sla(after).at("/q").asDouble(), within(0.7 + 1e-9));
            mess("stop", "--cancel");
        }
    }

    private static void assertStatus(JsonNode status, String job, List<JsonNode> responses) {
        assertThat(status.at("/taskManagers").asInt()).isEqualTo(2);
        assertThat(status.at("/freeSlots").asInt()).isEqualTo(2);
        assertThat(status.at("/jobs/0/id").asText()).isEqualTo(job);
        assertThat(status.at("/jobs/0/name").asText()).isEqualTo("trial");
        assertThat(status.at("/jobs/0/state").asText()).isEqualTo("RUNNING");
        assertThat(sla(status).at("/alpha").asDouble()).isEqualTo(0.7);
        assertThat(sla(status).at("/score").asDouble())
                .isCloseTo(TestResponses.meanScore(responses), within(1e-9));
        assertThat(sla(status).at("/joulesPerRequest").asDouble()).isBetween(0.5, 20.0);
        // The name of a metric cannot hold the dot; the command shows the configured name.
        assertThat(sla(status).at("/models"))
                .extracting(model -> model.get("name").asText())
                .containsExactly("small-1.1", "large");
        assertThat(mess("status", job.substring(0, 8)))
                .contains(job, "trial", "RUNNING", "gold", "small-1.1");
    }

    @Test
    void anErrorOnTheClusterIsShownByTheCommand() throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("unset.yaml"),
                        config().set("zoo.large.apiKey", "${env:NO_KEY}").yaml());
        assertThat(run(List.of("submit", "--config", config.toString())))
                .endsWith(
                        "%s has 1 error:%n  zoo.large.apiKey: the environment variable NO_KEY is not set%n"
                                .formatted(config));
    }

    /**
     * Flink has the connector of files, and the job's jar the format of their lines. The answers
     * are scored by the service of README's step 8.
     */
    @Test
    void aBoundedRunAnswersFilesAndHasAServiceScoreThem() throws Exception {
        Path prompts = Files.createDirectory(folder.resolve("lines"));
        Files.write(
                prompts.resolve("some.jsonl"),
                List.of(
                        TestRequest.easy(1).unscored().json(),
                        TestRequest.easy(2).unscored().json()));
        Path answers = folder.resolve("answers");
        try (var grader = new GraderProcess()) {
            TestConfig files =
                    models(TestConfig.named("files"))
                            .set("requests.files.path", prompts.toString())
                            .set("responses.files.path", answers.toString())
                            .set("scorers.mine.source", "http")
                            .set("scorers.mine.url", grader.url())
                            .set("slas.gold.alpha", 0.7)
                            .set("slas.gold.scoring.scorer", "mine");
            Path config = Files.writeString(folder.resolve("files.yaml"), files.yaml());

            assertThat(mess("submit", "--config", config, "--bounded", "--parallelism", 1))
                    .containsPattern("Job [0-9a-f]{32} has finished");
        }

        try (Stream<Path> written = Files.list(answers)) {
            List<Path> complete = written.toList();
            assertThat(complete).hasSize(1);
            assertThat(Files.readAllLines(complete.get(0)))
                    .hasSize(2)
                    .allMatch(line -> line.contains("\"status\":\"ok\""))
                    .allMatch(line -> line.contains("\"score\":1.0"));
        }
    }

    /** Nothing but the jar that the command sends has the class. */
    @Test
    void aClassOfTheUserComesWithTheJob() throws Exception {
        TestConfig plain =
                models(TestConfig.named("plain"))
                        .set("kafka.records.requests", PlainPrompts.class.getName());
        Path config = Files.writeString(folder.resolve("plain.yaml"), plain.yaml());
        assertThat(run(List.of("submit", "--config", config.toString())))
                .contains(
                        "kafka.records.requests: there is no class com.acme.PlainPrompts; submit its jar with mess submit --jar");

        Path jar = jarOf(PlainPrompts.class);
        mess("submit", "--config", config, "--jar", jar, "--name", "plain", "--parallelism", 1);
        try (TestTopics topics = new TestTopics(kafka.bootstrap(), "plain.responses")) {
            topics.send("plain.requests", "gold", "easy 17");
            topics.flush();
            List<JsonNode> responses =
                    await().until(() -> topics.poll("plain.responses"), all -> !all.isEmpty());
            assertThat(responses.get(0).path("output").asText()).isEqualTo("17");
        }
        assertThat(mess("stop", "plain"))
                .contains("--config " + config + " --jar " + jar + " --name plain");
    }

    /** Each of the two splits what the GPU uses over its own calls, and knows of the others. */
    @Test
    void aGpuThatBothTaskManagersReadIsChargedOnce() throws Exception {
        try (DcgmProcess exporter = new DcgmProcess(Ports.free(), 1)) {
            TestConfig gpu =
                    TestConfig.named("gpu")
                            .bootstrap(kafka.bootstrap())
                            .model("large", models.url(), TestConfig.dcgm(exporter.url(), 0));
            Path config = Files.writeString(folder.resolve("gpu.yaml"), gpu.yaml());
            mess("submit", "--config", config, "--name", "gpu", "--parallelism", 4);
            try (TestTopics topics = new TestTopics(kafka.bootstrap(), "gpu.responses")) {
                assertChargedOnce(topics);
            }
            mess("stop", "gpu", "--cancel");
        }
    }

    private static void assertChargedOnce(TestTopics topics) throws Exception {
        int before = sendUntilMetered(topics);
        models.hold();
        try {
            long beginNanos = System.nanoTime();
            for (int i = 0; i < HELD_CALLS; i++) {
                sendTo(topics, TestRequest.easy(before + i).held());
            }
            await().until(() -> models.held() == HELD_CALLS);
            await().until(() -> System.nanoTime() - beginNanos > HELD_NANOS);
            models.release();
            await().until(() -> topics.poll("gpu.responses").size() == before + HELD_CALLS);
            double elapsedSeconds = (System.nanoTime() - beginNanos) / 1e9;
            double joules =
                    topics.poll("gpu.responses").stream()
                            .mapToDouble(ClusterIT::energyJoules)
                            .sorted()
                            .skip(before)
                            .sum();
            // Until a call is known elsewhere, it takes some hundred milliseconds.
            assertThat(joules)
                    .isLessThan(1.25 * DcgmExporter.WATTS * elapsedSeconds)
                    .isGreaterThan(0.7 * DcgmExporter.WATTS * HELD_NANOS / 1e9);
        } finally {
            models.release();
        }
    }

    /** Returns how many requests were answered. */
    private static int sendUntilMetered(TestTopics topics) {
        AtomicInteger sent = new AtomicInteger();
        await().until(
                        () -> {
                            sendTo(topics, TestRequest.easy(sent.getAndIncrement()));
                            return topics.poll("gpu.responses").stream()
                                    .anyMatch(response -> energyJoules(response) > 0);
                        });
        await().until(() -> topics.poll("gpu.responses").size() == sent.get());
        return sent.get();
    }

    private static void sendTo(TestTopics topics, TestRequest request) {
        topics.send("gpu.requests", "gold", request.json());
        topics.flush();
    }

    private static double energyJoules(JsonNode response) {
        return response.path("energy_joules").asDouble();
    }

    private static Path jarOf(Class<?> type) throws IOException {
        Path jar = folder.resolve(type.getSimpleName() + ".jar");
        String entry = type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getClassLoader().getResourceAsStream(entry);
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(entry));
            in.transferTo(out);
        }
        return jar;
    }

    /** It waits for a label that never comes. */
    @Test
    void aBoundedRunIsResumedAsOne() throws Exception {
        TestConfig batch = models(TestConfig.named("batch"));
        TestJob.check(batch.parse());
        try (TestTopics topics = new TestTopics(kafka.bootstrap(), "batch.responses")) {
            topics.send("batch.requests", "gold", TestRequest.easyOrHard(0).unscored().json());
            topics.flush();
            Path config = Files.writeString(folder.resolve("batch.yaml"), batch.yaml());
            mess(
                    "submit",
                    "--config",
                    config,
                    "--bounded",
                    "--detached",
                    "--parallelism",
                    1,
                    "--name",
                    "a batch");
            await().until(() -> topics.poll("batch.responses").size() == 1);

            assertThat(mess("stop", "a batch"))
                    .contains(
                            "--config "
                                    + config
                                    + " --name 'a batch' --parallelism 1 --bounded --from-savepoint file:");
        }
    }

    /** The first run on a broker without topics. */
    @Test
    void aBoundedRunIsWaitedFor() throws Exception {
        TestConfig first = models(TestConfig.named("first"));
        Path config = Files.writeString(folder.resolve("first.yaml"), first.yaml());
        Path prompts =
                Files.write(
                        folder.resolve("prompts"),
                        List.of(TestRequest.easy(1).json(), TestRequest.easy(2).json()));
        assertThat(
                        CommandRun.outputOf(
                                "produce", prompts.toString(), "--config", config.toString()))
                .contains("Sent 2 requests to first.requests");

        String out =
                mess(
                        "submit",
                        "--config",
                        config,
                        "--bounded",
                        "--parallelism",
                        1,
                        "--name",
                        "first run");

        assertThat(out).containsPattern("Job [0-9a-f]{32} has finished");
        assertThat(CommandRun.outputOf("responses", "--config", config.toString()).lines())
                .hasSize(3);
        assertThat(run(List.of("stop", "first run")))
                .contains("no MESS+ job matches first run")
                .contains("FINISHED  first run");
    }

    @Test
    void aJobThatNeedsMoreSlotsThanThereAreIsRefused() throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("wide.yaml"), models(TestConfig.named("wide")).yaml());
        assertThat(run(List.of("submit", "--config", config.toString(), "--parallelism", "5")))
                .contains("the job needs 5 slots; 4 exist")
                .contains("--force submits it all the same");
    }

    private static void send(TestTopics topics, int from, int to) {
        IntStream.range(from, to)
                .forEach(
                        i ->
                                topics.send(
                                        "mess.requests", "gold", TestRequest.easyOrHard(i).json()));
        topics.flush();
    }

    private static void answered(TestTopics topics, int count) {
        await().untilAsserted(
                        () ->
                                assertThat(TestResponses.distinctIds(topics.poll("mess.responses")))
                                        .hasSize(count));
    }

    /**
     * The status once that many requests are decided and all of them are labelled. A command that
     * fails, as while the JobManager restarts, is run again.
     */
    private static JsonNode awaitLabelled(int requests) {
        AtomicReference<JsonNode> last = new AtomicReference<>();
        await().untilAsserted(
                        () -> {
                            JsonNode status = status();
                            assertThat(sla(status).at("/requests").asInt()).isEqualTo(requests);
                            assertThat(sla(status).at("/inFlight").asInt(-1)).isZero();
                            last.set(status);
                        });
        return last.get();
    }

    private static JsonNode status() {
        try {
            return Json.MAPPER.readTree(mess("status", "--json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode sla(JsonNode status) {
        return status.at("/jobs/0/slas/0");
    }

    /** Runs a command that succeeds, and returns its output. */
    private static String mess(String command, Object... arguments) {
        List<String> all = new ArrayList<>(List.of(command));
        for (Object argument : arguments) {
            all.add(argument.toString());
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        assertThat(run(all, out, err)).as(err.toString()).isZero();
        return out.toString();
    }

    /** Runs a command that fails, and returns its error output. */
    private static String run(List<String> command) {
        StringWriter err = new StringWriter();
        assertThat(run(command, new StringWriter(), err)).isNotZero();
        return err.toString();
    }

    private static int run(List<String> command, StringWriter out, StringWriter err) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of("--url", cluster.url()));
        return Mess.command()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }

    private static String find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(matcher.groupCount());
    }

    private static TestConfig config() {
        return models(TestConfig.withDefaultTopics()).set("tracing.otlpEndpoint", collector.url());
    }

    private static TestConfig models(TestConfig config) {
        return config.bootstrap(kafka.bootstrap())
                .model("small-1.1", models.url(), "small", TestConfig.joulesPerRequest(1))
                .model("large", models.url(), TestConfig.joulesPerRequest(10));
    }
}
