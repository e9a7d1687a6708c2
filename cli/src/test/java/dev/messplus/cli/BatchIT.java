package dev.messplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.record.Json;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of prompts in, a file of answers out, over a running job. */
@ExtendWith(SharedCluster.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BatchIT {

    private static TestCluster cluster;

    @TempDir Path folder;
    private Path input;
    private Path results;
    private Path errors;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @BeforeEach
    void name() {
        input = folder.resolve("prompts.jsonl");
        results = folder.resolve("prompts.results.jsonl");
        errors = folder.resolve("prompts.errors.jsonl");
    }

    /** The traffic beside it is another sender's, on the same topics. */
    @Test
    void everyLineOfAnOpenAiBatchIsAnsweredOrHasItsReason() throws Exception {
        List<String> lines = new ArrayList<>();
        IntStream.range(0, 300).forEach(i -> lines.add(openAi("task-" + i, i)));
        lines.set(17, "{\"custom_id\":\"broken\",");
        lines.set(18, "");
        lines.set(19, openAi("misspelt", 19).replace("max_tokens", "max_token"));
        lines.set(20, openAi("elsewhere", 20).replace("/v1/chat/completions", "/v1/embeddings"));
        lines.set(21, openAi("nowhere", 21).replace("\"gold\"", "\"gpt-9\""));
        lines.set(22, openAi("streamed", 22).replace("\"max_tokens\":5", "\"stream\":true"));
        Files.write(input, lines);
        TestConfig config = TestConfig.on(cluster, "openai-batch");
        try (TestJob job = TestJob.on(cluster, config).start()) {
            IntStream.range(1_000, 1_100).forEach(i -> job.send(TestRequest.easyOrHard(i)));

            CommandRun run = batch(config, "--ordered");

            assertThat(run.out())
                    .contains("Lines: 299. Answered: 294, failed: 0, invalid: 5.")
                    .contains("Errors:  " + errors);
            assertThat(run.code()).isEqualTo(1);
            List<JsonNode> answers = read(results);
            assertThat(answers)
                    .extracting(answer -> answer.get("custom_id").asText())
                    .containsExactlyElementsOf(
                            IntStream.range(0, 300)
                                    .filter(i -> i < 17 || i > 22)
                                    .mapToObj(i -> "task-" + i)
                                    .toList());
            assertThat(answers)
                    .allSatisfy(
                            answer -> {
                                assertThat(answer.at("/response/status_code").asInt())
                                        .isEqualTo(200);
                                assertThat(answer.at("/response/body/object").asText())
                                        .isEqualTo("chat.completion");
                                assertThat(answer.at("/response/body/mess/score").asDouble(-1))
                                        .isBetween(0.0, 1.0);
                                assertThat(answer.get("error").isNull()).isTrue();
                            });
            assertThat(answers.get(0).at("/response/body/choices/0/message/content").asText())
                    .isEqualTo("0");
            assertThat(read(errors))
                    .extracting(line -> line.at("/error/message").asText())
                    .satisfiesExactly(
                            broken -> assertThat(broken).startsWith("line 18: is not JSON"),
                            misspelt ->
                                    assertThat(misspelt)
                                            .isEqualTo(
                                                    "line 20: body.max_token: is unknown; did you mean max_tokens?"),
                            elsewhere ->
                                    assertThat(elsewhere)
                                            .isEqualTo(
                                                    "line 21: url: must be \"/v1/chat/completions\", was \"/v1/embeddings\""),
                            nowhere ->
                                    assertThat(nowhere)
                                            .startsWith("line 22: body.model: unknown 'gpt-9'"),
                            streamed ->
                                    assertThat(streamed)
                                            .startsWith("line 23: body.stream: must not be set"));

            // Once it is complete, the same command changes nothing.
            long requests = job.count(job.requestsTopic());
            List<String> before = Files.readAllLines(results);
            assertThat(batch(config).out())
                    .contains("This batch was complete before.", "Lines: 299. Answered: 294");
            assertThat(Files.readAllLines(results)).isEqualTo(before);
            assertThat(job.count(job.requestsTopic())).isEqualTo(requests);
        }
    }

    @Test
    void promptsAndRequestsAreAnsweredAsTheyAre() throws Exception {
        TestConfig config = TestConfig.on(cluster, "own-batch");
        try (TestJob job = TestJob.on(cluster, config).start()) {
            Files.write(input, List.of("easy 1", "easy 2", "easy 3"));
            assertThat(batch(config, "--ordered").code()).isZero();
            assertThat(read(results))
                    .extracting(
                            answer -> answer.get("line").asInt() + answer.get("output").asText())
                    .containsExactly("11", "22", "33");

            Files.write(
                    input,
                    List.of(
                            TestRequest.easy(4).json(),
                            "{\"prompt\":\"easy 5\",\"metadata\":{\"team\":\"a\"}}"));
            assertThat(batch(config).err())
                    .contains(
                            "has changed since this batch began; restore it, or name other results");
            assertThat(batch(config, "--results", folder.resolve("b.jsonl").toString()).code())
                    .isZero();
            assertThat(read(folder.resolve("b.jsonl")))
                    .anySatisfy(
                            answer -> {
                                assertThat(answer.path("custom_id").asText()).isEqualTo("r4");
                                assertThat(answer.get("score").asDouble()).isEqualTo(1);
                            })
                    .anySatisfy(
                            answer -> {
                                assertThat(answer.at("/metadata/team").asText()).isEqualTo("a");
                                assertThat(answer.get("id").asText()).matches("batch_.*/2");
                            });
        }
    }

    /** The job goes on meanwhile: it answers what was sent, and nobody reads it yet. */
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once"})
    void aBatchThatIsKilledGoesOnWhereItWas(String delivery) throws Exception {
        int count = 3_000;
        Files.write(input, IntStream.range(0, count).mapToObj(i -> openAi("t" + i, i)).toList());
        TestConfig config =
                TestConfig.on(cluster, "killed-" + delivery.replace('_', '-'))
                        .set("delivery", delivery);
        try (TestJob job = TestJob.on(cluster, config).start()) {
            for (int kill = 1; kill <= 2; kill++) {
                long enough = kill * count / 4;
                Process process = MessProcess.start(folder.resolve("batch.log"), words(config));
                Patience.await()
                        .until(() -> Files.exists(results) && lines(results).size() > enough);
                process.destroyForcibly().waitFor();
            }
            assertThat(lines(results)).hasSizeLessThan(count);

            CommandRun run = batch(config);

            assertThat(run.out()).contains("Lines: 3,000. Answered: 3,000, failed: 0, invalid: 0.");
            assertThat(run.code()).isZero();
            List<JsonNode> answers = read(results);
            Set<String> ids = new TreeSet<>();
            answers.forEach(answer -> ids.add(answer.get("custom_id").asText()));
            assertThat(ids).hasSize(count);
            assertThat(answers).hasSize(count);
            // None was sent twice.
            assertThat(job.count(job.requestsTopic())).isEqualTo(count);
        }
    }

    @Test
    void linesWithoutAnAnswerAreSentAgainOnDemand() throws Exception {
        Files.write(input, List.of("easy 1", "easy 2"));
        TestServer refuses =
                new TestServer()
                        .on(
                                "/v1/chat/completions",
                                exchange -> TestServer.json(exchange, 400, "{\"error\":\"no\"}"));
        TestConfig down =
                TestConfig.on(cluster, "down")
                        .model("refuses", refuses.url() + "/v1", TestConfig.joulesPerRequest(1));
        try (refuses;
                TestJob job = TestJob.on(cluster, down).start()) {
            CommandRun run = batch(down);
            assertThat(run.out()).contains("Lines: 2. Answered: 0, failed: 2, invalid: 0.");
            assertThat(run.code()).isEqualTo(1);
            assertThat(read(errors))
                    .extracting(error -> error.get("status").asText())
                    .containsOnly("failed");
        }
        TestConfig up = TestConfig.on(cluster, "down");
        try (TestJob job = TestJob.on(cluster, up).start()) {
            assertThat(batch(up, "--retry").out()).contains("Lines: 2. Answered: 2, failed: 0");
            assertThat(read(results))
                    .extracting(answer -> answer.get("output").asText())
                    .containsExactlyInAnyOrder("1", "2");
            assertThat(errors).isEmptyFile();
        }
    }

    private CommandRun batch(TestConfig config, String... options) throws IOException {
        return CommandRun.of(words(config, options).toArray(String[]::new));
    }

    private List<String> words(TestConfig config, String... options) throws IOException {
        Path file = Files.writeString(folder.resolve("mess.yaml"), config.yaml());
        List<String> words =
                new ArrayList<>(List.of("batch", input.toString(), "--config", file.toString()));
        words.addAll(List.of(options));
        return words;
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file);
    }

    private static List<JsonNode> read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(
                        line -> {
                            try {
                                return Json.MAPPER.readTree(line);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        })
                .toList();
    }

    private static String openAi(String id, int number) {
        ObjectNode line =
                Json.MAPPER
                        .createObjectNode()
                        .put("custom_id", id)
                        .put("method", "POST")
                        .put("url", "/v1/chat/completions");
        ObjectNode body = line.putObject("body");
        body.put("model", "gold");
        body.putArray("messages")
                .addObject()
                .put("role", "user")
                .put("content", (TestRequest.isHard(number) ? "hard " : "easy ") + number);
        body.put("max_tokens", 5).put("reference", String.valueOf(number)).put("metric", "exact");
        return line.toString();
    }
}
