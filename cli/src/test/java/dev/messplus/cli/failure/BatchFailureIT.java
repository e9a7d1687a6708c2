package dev.messplus.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.cli.MessProcess;
import dev.messplus.cli.cluster.ChildProcess;
import dev.messplus.cli.cluster.FlinkDistribution;
import dev.messplus.job.kafka.admin.Topics;
import dev.messplus.record.Json;
import dev.messplus.testkit.Patience;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A batch whose TaskManager, JobManager, broker and client are killed one after another. {@code
 * -Dbatch.lines=200000} makes it long.
 */
class BatchFailureIT {

    private static final long OUTAGE_MILLIS = 1_000L * Integer.getInteger("batch.outageSeconds", 0);

    /** The lines of the gate. */
    private static final int SHORT = 2_000;

    private static final int LINES = Integer.getInteger("batch.lines", SHORT);

    /**
     * How long a batch may make no progress: a broker or a JobManager takes a minute to restart.
     */
    private static final Duration STALL = Duration.ofMinutes(5);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    @BeforeAll
    static void requireJar() {
        assumeThatCode(FlinkDistribution.ofCommand()::jobJar)
                .as("the cluster jar, which the phase package builds")
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("deliveries")
    void everyLineIsInTheResultsOnce(String delivery) throws Exception {
        Path here = Files.createDirectories(folder.resolve(delivery));
        Path input = here.resolve("lines.jsonl");
        write(input);
        Path results = here.resolve("lines.results.jsonl");
        try (Stage stage = new Stage(here, Stage.DEFAULT);
                Deployment job = new Deployment(stage, JobOptions.of(delivery))) {
            new Topics(job.config().kafka()).ensure();
            job.start(2);
            Path yaml = Files.writeString(here.resolve("mess.yaml"), job.yaml());
            List<String> batch =
                    List.of("batch", input.toString(), "--config", yaml.toString(), "--plain");
            Path log = here.resolve("batch.log");

            Process client = MessProcess.start(log, batch);
            awaitAnswers(results, LINES / 6);
            killTaskManager(stage, job);
            awaitAnswers(results, 2 * LINES / 6);
            stage.flink().jobManager().kill();
            awaitAnswers(results, 3 * LINES / 6);
            stage.broker().kill();
            // Clients of Kafka forget what they know of a cluster after a minute without it.
            Thread.sleep(OUTAGE_MILLIS);
            stage.broker().start();
            awaitAnswers(results, 4 * LINES / 6);
            client.destroyForcibly().waitFor();
            client = MessProcess.start(log, batch);
            assertThat(client.waitFor(Math.max(600, LINES / 100), TimeUnit.SECONDS)).isTrue();

            assertThat(client.exitValue()).as(Files.readString(log)).isZero();
            System.out.println(delivery + ":\n" + Files.readString(log));
            stage.awaitWhole();
        }
        BitSet answered = new BitSet();
        try (Stream<String> lines = Files.lines(results)) {
            lines.forEach(
                    line -> {
                        JsonNode result = json(line);
                        int number = Integer.parseInt(result.get("custom_id").asText());
                        assertThat(answered.get(number)).as("twice: " + line).isFalse();
                        answered.set(number);
                        assertThat(result.at("/response/status_code").asInt()).isEqualTo(200);
                    });
        }
        assertThat(answered.cardinality()).isEqualTo(LINES);
        assertThat(here.resolve("lines.errors.jsonl")).isEmptyFile();
    }

    /** In the gate, {@link DoorFailureIT} stands for at_least_once. */
    private static List<String> deliveries() {
        return LINES <= SHORT ? List.of("exactly_once") : List.of("exactly_once", "at_least_once");
    }

    private static void killTaskManager(Stage stage, Deployment job) throws Exception {
        String name = new StateFigures(job.rest(), job.job()).taskManager();
        for (ChildProcess process : stage.flink().taskManagers()) {
            if (process.name().equals(name)) {
                process.kill();
            }
        }
    }

    private static void awaitAnswers(Path results, long count) {
        Patience.await()
                .atMost(STALL)
                .until(() -> Files.exists(results) && count(results) >= count);
    }

    private static long count(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        }
    }

    private static void write(Path input) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(input)) {
            for (int i = 0; i < LINES; i++) {
                ObjectNode line =
                        Json.MAPPER
                                .createObjectNode()
                                .put("custom_id", String.valueOf(i))
                                .put("method", "POST")
                                .put("url", "/v1/chat/completions");
                ObjectNode body = line.putObject("body");
                body.put("model", "gold").put("reference", String.valueOf(i));
                body.putArray("messages")
                        .addObject()
                        .put("role", "user")
                        .put("content", List.of("easy ", "fair ", "hard ").get(i % 3) + i);
                out.write(line + "\n");
            }
        }
    }

    private static JsonNode json(String line) {
        try {
            return Json.MAPPER.readTree(line);
        } catch (IOException e) {
            throw new IllegalArgumentException(line, e);
        }
    }
}
