package dev.messplus.job;

import static dev.messplus.record.DeadLetterHeaders.OFFSET;
import static dev.messplus.record.DeadLetterHeaders.REASON;
import static dev.messplus.record.DeadLetterHeaders.TOPIC;
import static dev.messplus.testkit.TestTopics.header;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.record.Json;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestModels;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestResponses;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests from files, and responses to files. */
@ExtendWith(SharedCluster.class)
class FilesIT {

    private static TestCluster cluster;

    @TempDir private Path folder;

    private Path in;
    private Path out;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @BeforeEach
    void createFolders() throws IOException {
        in = Files.createDirectory(folder.resolve("in"));
        out = folder.resolve("out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once"})
    void aBoundedRunAnswersEveryLineOfTheFiles(String delivery) throws Exception {
        TestConfig config =
                config("files-" + delivery).delivery(delivery).set("limits.maxRecordBytes", 1_024);
        Files.write(in.resolve("first.jsonl"), lines(0, 300));
        Path below = Files.createDirectory(in.resolve("below"));
        try (OutputStream file = Files.newOutputStream(below.resolve("second.jsonl.gz"));
                OutputStream gzip = new GZIPOutputStream(file)) {
            // Its last line has no end.
            gzip.write(utf8(String.join("\n", lines(300, 400))));
        }
        String anonymous = "{\"sla\":\"gold\",\"prompt\":\"easy 17\",\"reference\":\"17\"}";
        String unknown = "{\"id\":\"lead\",\"sla\":\"lead\",\"prompt\":\"easy 1\"}";
        String tooLong = TestRequest.easy(1).json().replace("easy", "easy".repeat(1_000));
        Files.write(
                in.resolve("third.jsonl"),
                List.of(anonymous + "\r", "", "{\"sla\":", "  ", unknown, tooLong, anonymous));
        Files.write(in.resolve(".hidden"), lines(400, 401));

        try (TestJob job = TestJob.on(cluster, config).bounded().start()) {
            job.awaitEnd();

            List<JsonNode> answers = written("responses");
            assertThat(answers).hasSize(402).allMatch(answer -> has(answer, "status", "ok"));
            Map<String, String> outputs =
                    answers.stream()
                            .collect(
                                    toMap(
                                            answer -> answer.get("id").asText(),
                                            answer -> answer.get("output").asText()));
            assertThat(outputs)
                    .containsEntry("third.jsonl-0-1", "17")
                    .containsEntry("third.jsonl-0-7", "17")
                    .containsEntry("r0", "0")
                    .containsEntry("r398", "398")
                    .containsKey("r399")
                    .doesNotContainKey("r400");
            List<JsonNode> refusals = written("refusals");
            assertThat(refusals)
                    .allMatch(refusal -> has(refusal, "status", "refused"))
                    .extracting(refusal -> refusal.get("id").asText())
                    // The id of the line that is too long is read all the same.
                    .containsExactlyInAnyOrder("third.jsonl-0-3", "lead", "r1");
            assertThat(job.awaitDeadLetters(3))
                    .extracting(
                            letter -> header(letter, REASON),
                            letter -> header(letter, TOPIC),
                            letter -> header(letter, OFFSET))
                    .containsExactlyInAnyOrder(
                            tuple("invalid_json", "third.jsonl", "3"),
                            tuple("unknown_sla", "third.jsonl", "5"),
                            tuple("record_too_long", "third.jsonl", "6"));
        }
    }

    /** Whatever happens between: a lost JobManager, a savepoint, and files that come meanwhile. */
    @Test
    void everyLineIsAnsweredOnceThroughAFailureAndARestore() throws Exception {
        TestConfig config = config("files-restored").delivery("exactly_once");
        add("a.jsonl", lines(0, 400));
        try (TestJob job = TestJob.on(cluster, config).start()) {
            awaitAnswers(100);
            job.failOver();
            add("b.jsonl", lines(400, 800));
            awaitAnswers(500);
            String savepoint = job.stop();
            add("c.jsonl", lines(800, 1_000));
            job.restore(savepoint);
            awaitAnswers(1_000);

            // What comes twice comes with these.
            job.awaitCheckpoint();
            job.awaitCheckpoint();
            assertThat(written("responses"))
                    .extracting(answer -> answer.get("id").asText())
                    .containsExactlyInAnyOrderElementsOf(ids(0, 1_000));
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    void aBoundedRunThatFailsAnswersEveryLineOnce() throws Exception {
        try (TestModels models = new TestModels()) {
            models.hold();
            TestConfig config =
                    config("files-failed").delivery("exactly_once").defaultModels(models);
            add("few.jsonl", lines(3, i -> TestRequest.easy(i).held()));
            add("many.jsonl", lines(300, i -> TestRequest.easy(1_000 + i).held()));
            try (TestJob job = TestJob.on(cluster, config).bounded().start()) {
                models.release(100);
                awaitAnswers(30);
                job.failOver();
                // More than can be answered before the failure.
                models.release(300);
                awaitAnswers(101);
                models.release();
                job.awaitEnd();

                assertThat(written("responses"))
                        .hasSize(303)
                        .allMatch(answer -> has(answer, "status", "ok"))
                        .extracting(answer -> answer.get("id").asText())
                        .doesNotHaveDuplicates();
            }
        }
    }

    /** As from a topic, requests that no model has a place for stay where they are. */
    @Test
    void noMoreLinesAreReadThanCanBeCalled() throws Exception {
        try (TestModels models = new TestModels()) {
            models.hold();
            TestConfig config =
                    config("files-held").defaultModels(models).set("inference.maxInFlight", 8);
            int many = 4_000;
            add("many.jsonl", lines(many, i -> TestRequest.easy(i).held()));
            try (TestJob job = TestJob.on(cluster, config).start()) {
                Patience.await().until(models::held, held -> held >= 8);
                job.awaitCheckpoint();
                job.awaitCheckpoint();

                // Until it is known, a metric is NaN.
                Patience.await().until(() -> job.sourceMetric("numRecordsOut"), read -> read >= 8);
                assertThat(job.sourceMetric("numRecordsOut")).isLessThan(200);

                models.release();
                awaitAnswers(many);
            }
        }
    }

    @Test
    void aFolderThatDoesNotExistIsAnErrorOfTheConfiguration() throws Exception {
        TestConfig config = config("files-missing").set("requests.files.path", folder + "/missing");
        try (TestJob job = TestJob.on(cluster, config)) {
            assertThatThrownBy(job::start)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(
                            "requests.files.path: must be a file or folder that every machine sees, was %s/missing"
                                    .formatted(folder));
        }
    }

    private TestConfig config(String name) throws IOException {
        return TestConfig.on(cluster, name)
                .set("requests.files.path", in.toString())
                .set("requests.files.discoverMillis", 200)
                .set("responses.files.path", out.toUri().toString())
                .set("responses.files.rollMillis", 500);
    }

    private static List<String> lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> TestRequest.easyOrHard(i).json()).toList();
    }

    private static List<String> lines(int count, IntFunction<TestRequest> request) {
        return IntStream.range(0, count).mapToObj(i -> request.apply(i).json()).toList();
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "r" + i).toList();
    }

    /** Adds a file at once, as others must, too. */
    private void add(String name, List<String> lines) throws IOException {
        Path unfinished = Files.write(folder.resolve(name), lines);
        Files.move(unfinished, in.resolve(name));
    }

    private void awaitAnswers(int count) {
        Set<String> ids =
                Patience.await()
                        .until(
                                () -> TestResponses.distinctIds(written("responses")),
                                answered -> answered.size() >= count);
        assertThat(ids).isNotEmpty();
    }

    /** The responses in the files that are complete. */
    private List<JsonNode> written(String name) {
        List<JsonNode> responses = new ArrayList<>();
        try (Stream<Path> files = Files.list(out)) {
            for (Path file : files.filter(file -> isComplete(file, name)).toList()) {
                for (String line : Files.readAllLines(file)) {
                    responses.add(Json.MAPPER.readTree(line));
                }
            }
        } catch (NoSuchFileException e) {
            // There is none yet.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return responses;
    }

    private static boolean isComplete(Path file, String name) {
        String actual = file.getFileName().toString();
        return actual.startsWith(name + "-") && actual.endsWith(".jsonl");
    }

    private static boolean has(JsonNode response, String field, String value) {
        return response.get(field).asText().equals(value);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
