package dev.messplus.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.MultipartField;
import com.openai.core.http.HttpResponse;
import com.openai.errors.OpenAIException;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.batches.BatchRequestCounts;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import dev.messplus.cli.MessProcess;
import dev.messplus.cli.cluster.FlinkDistribution;
import dev.messplus.job.kafka.admin.Topics;
import dev.messplus.record.Json;
import dev.messplus.testkit.Patience;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Batches of the official SDK before two doors, of which the one that runs them is killed, or stops
 * for a while. {@code -Dbatch.lines=200000} makes them long.
 */
class DoorFailureIT {

    private static final int LINES = Integer.getInteger("batch.lines", 2_000);

    private static final Pattern URL = Pattern.compile("Serving (http://\\S+)/v1");

    /** A door that takes over waits until the other counts as absent, and reads the topics. */
    private static final Duration STALL = Duration.ofMinutes(5);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    @BeforeAll
    static void requireJar() {
        assumeThatCode(FlinkDistribution.ofCommand()::jobJar)
                .as("the cluster jar, which the phase package builds")
                .doesNotThrowAnyException();
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void anotherDoorGoesOnWithABatch() throws Exception {
        try (Stage stage = new Stage(folder, Stage.DEFAULT);
                Deployment job = new Deployment(stage, JobOptions.of("at_least_once"))) {
            new Topics(job.config().kafka()).ensure();
            job.start(2);
            Path yaml = Files.writeString(folder.resolve("mess.yaml"), job.yaml());
            try (DoorProcess first = new DoorProcess(yaml, "first");
                    DoorProcess second = new DoorProcess(yaml, "second")) {
                String input = first.upload();

                String killed = order(second.client, input);
                DoorProcess runner = runner(killed, first, second);
                DoorProcess other = runner == first ? second : first;
                awaitAnswers(runner, killed, LINES / 4);
                runner.process.destroyForcibly().waitFor();
                awaitAnswers(other, killed, LINES / 2);
                stage.broker().kill();
                stage.broker().start();
                assertWhole(other, killed);

                runner.start();
                String paused = order(other.client, input);
                DoorProcess slow = runner(paused, first, second);
                DoorProcess quick = slow == first ? second : first;
                awaitAnswers(quick, paused, LINES / 4);
                signal(slow, "STOP");
                Patience.await().atMost(STALL).until(() -> quick.runs() > 0);
                signal(slow, "CONT");
                assertWhole(quick, paused);
                assertWhole(slow, paused);
            }
            stage.awaitWhole();
        }
    }

    private static String order(OpenAIClient client, String input) {
        return client.batches()
                .create(
                        BatchCreateParams.builder()
                                .inputFileId(input)
                                .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                                .completionWindow(BatchCreateParams.CompletionWindow._24H)
                                .build())
                .id();
    }

    private static DoorProcess runner(String batch, DoorProcess first, DoorProcess second) {
        awaitAnswers(first, batch, 1);
        return Patience.await()
                .until(
                        () -> Stream.of(first, second).filter(door -> door.runs() > 0).toList(),
                        running -> running.size() == 1)
                .get(0);
    }

    private static void awaitAnswers(DoorProcess door, String batch, long count) {
        Patience.await()
                .atMost(STALL)
                .ignoreException(OpenAIException.class)
                .until(() -> counts(door, batch).completed() >= count);
    }

    private static BatchRequestCounts counts(DoorProcess door, String batch) {
        return door.client.batches().retrieve(batch).requestCounts().orElseThrow();
    }

    private static void assertWhole(DoorProcess door, String id) throws IOException {
        Batch batch =
                Patience.await()
                        .atMost(Duration.ofSeconds(Math.max(600, LINES / 100)))
                        .ignoreException(OpenAIException.class)
                        .until(
                                () -> door.client.batches().retrieve(id),
                                now -> now.status().equals(Batch.Status.COMPLETED));
        BatchRequestCounts counts = batch.requestCounts().orElseThrow();
        assertThat(counts.total()).isEqualTo(LINES);
        assertThat(counts.completed()).isEqualTo(LINES);
        assertThat(batch.errorFileId()).isEmpty();
        BitSet answered = new BitSet();
        try (HttpResponse content =
                        door.client.files().content(batch.outputFileId().orElseThrow());
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(content.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode result = Json.MAPPER.readTree(line);
                int number = Integer.parseInt(result.get("custom_id").asText());
                assertThat(answered.get(number)).as("twice: " + line).isFalse();
                answered.set(number);
                assertThat(result.at("/response/status_code").asInt()).isEqualTo(200);
            }
        }
        assertThat(answered.cardinality()).isEqualTo(LINES);
    }

    private static void signal(DoorProcess door, String signal) throws Exception {
        Process kill =
                new ProcessBuilder("kill", "-" + signal, String.valueOf(door.process.pid()))
                        .inheritIO()
                        .start();
        assertThat(kill.waitFor()).isZero();
    }

    /** {@code mess serve}. */
    private static final class DoorProcess implements AutoCloseable {

        private final Path yaml;
        private final Path log;
        private Process process;
        private String url;
        private OpenAIClient client;

        DoorProcess(Path yaml, String name) throws IOException {
            this.yaml = yaml;
            log = folder.resolve(name + ".log");
            start();
        }

        /** Starts it, and again if it ends, as a container would. */
        void start() throws IOException {
            Files.deleteIfExists(log);
            process = begin();
            String said =
                    Patience.await()
                            .until(
                                    () -> {
                                        if (!process.isAlive()) {
                                            process = begin();
                                        }
                                        return Files.readString(log);
                                    },
                                    text -> URL.matcher(text).find());
            Matcher served = URL.matcher(said);
            assertThat(served.find()).isTrue();
            url = served.group(1);
            client =
                    OpenAIOkHttpClient.builder()
                            .baseUrl(url + "/v1")
                            .apiKey("none")
                            .maxRetries(0)
                            .timeout(Duration.ofSeconds(30))
                            .build();
        }

        private Process begin() throws IOException {
            return MessProcess.start(
                    log, List.of("serve", "--config", yaml.toString(), "--port", "0"));
        }

        String upload() {
            byte[] lines =
                    IntStream.range(0, LINES)
                            .mapToObj(
                                    i ->
                                            "{\"custom_id\":\"%d\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"gold\",\"reference\":\"%d\",\"messages\":[{\"role\":\"user\",\"content\":\"%s %d\"}]}}\n"
                                                    .formatted(
                                                            i,
                                                            i,
                                                            List.of("easy", "fair", "hard")
                                                                    .get(i % 3),
                                                            i))
                            .collect(
                                    StringBuilder::new,
                                    StringBuilder::append,
                                    StringBuilder::append)
                            .toString()
                            .getBytes(StandardCharsets.UTF_8);
            return client.files()
                    .create(
                            FileCreateParams.builder()
                                    .purpose(FilePurpose.BATCH)
                                    .file(
                                            MultipartField.<InputStream>builder()
                                                    .value(new ByteArrayInputStream(lines))
                                                    .filename("lines.jsonl")
                                                    .build())
                                    .build())
                    .id();
        }

        /** How many batches it runs; 0 if it does not answer. */
        double runs() {
            try {
                return HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(url + "/metrics"))
                                        .timeout(Duration.ofSeconds(2))
                                        .build(),
                                BodyHandlers.ofLines())
                        .body()
                        .filter(line -> line.startsWith("mess_door_batches_running "))
                        .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
                        .findFirst()
                        .orElse(0);
            } catch (IOException e) {
                return 0;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return 0;
            }
        }

        @Override
        public void close() throws InterruptedException {
            client.close();
            process.destroyForcibly().waitFor();
        }
    }
}
